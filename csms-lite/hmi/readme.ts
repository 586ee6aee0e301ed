/** What stands in the exported folder for whoever puts it on a host. Pure. */
export function siteReadme(databaseUrl: string, basePath: string): string {
  return `# The drivers' page of csms-lite, as a static site

It shows one connector, live, out of the Realtime Database ${databaseUrl}: state, power, energy, time, cost, receipt.
It needs no server of its own and loads nothing from elsewhere; it talks to the database only.

1. Let everybody read single chargers, and nobody write (\`database.rules.json\`): paste it in the Firebase console under
   Realtime Database, Rules; or \`npx firebase-tools deploy --only database --project <your project>\` in this folder.
2. Put the folder on any static host, so that it is found at \`${basePath}\`:
   - Netlify, Cloudflare Pages: upload the folder; \`_redirects\` is theirs.
   - Firebase Hosting: \`npx firebase-tools deploy --only hosting --project <your project>\`; \`firebase.json\` is its.
   - GitHub Pages: push the folder; \`404.html\` is what it shows for \`${basePath}c/CP01/1\`.
   - A web server of yours: serve \`index.html\` for \`${basePath}c/*\`.
3. Open \`${basePath}c/CP01/1\` (charge point CP01, connector 1), or on a host without such paths \`${basePath}?c=CP01/1\`.
4. In csms-lite, Settings, set the public address to the site's, then print the QR codes: they lead here.

Nothing in this folder is secret. A service account must never be put here.
`;
}
