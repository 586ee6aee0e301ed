/** Said wherever something shows that `csms-lite demo-data` has made up. */
export function DemoMark({ of }: { of: { demo: boolean } }) {
  return of.demo ? <span class="pill demo">Demo data</span> : null;
}
