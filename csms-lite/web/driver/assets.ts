/** Plain CSS and plain old JavaScript (ES5): a phone of 2014 reads both. No build step, nothing from elsewhere. */
export const DRIVER_CSS = `
*{box-sizing:border-box}
body{margin:0;padding:20px 16px 40px;max-width:480px;margin:0 auto;background:#f4f5f2;color:#1a1f1c;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
h1{font-size:20px;margin:0;line-height:1.25}
h2{font-size:15px;margin:0 0 8px}
p,dl,dd,ul{margin:0;padding:0}
header{margin-bottom:16px}
header p{color:#4f5852;font-size:14px}
#link:empty{display:none}
#link{color:#9a6200;font-weight:600}
section,form,.note{display:block;background:#fff;border:1px solid #dcdfd8;border-radius:12px;padding:18px;margin-bottom:14px}
.state h2{font-size:24px;line-height:1.2;margin:0}
.state h2:before{content:"";display:inline-block;width:12px;height:12px;border-radius:50%;background:#616963;margin-right:10px;vertical-align:2px}
.live h2{color:#0a7d55}.live h2:before{background:#0a7d55}
.ready h2{color:#3f6f8f}.ready h2:before{background:#3f6f8f}
.wait h2{color:#8a5800}.wait h2:before{background:#9a6200}
.fault h2{color:#b3261e}.fault h2:before{background:#b3261e;border-radius:2px}
.advice{margin-top:6px;color:#4f5852}
.power{font-size:52px;line-height:1.1;font-weight:650;margin:14px 0 4px;letter-spacing:-1px}
small{font-size:.62em;font-weight:450;color:#5d665f;letter-spacing:0}
dl{overflow:hidden;margin-top:8px}
dl div{float:left;width:50%;padding:8px 8px 0 0}
dt{font-size:13px;color:#5d665f}
dd{font-size:18px;font-weight:600}
.receipt dd{font-size:16px}
.prices ul{list-style:none}
form label{display:block;font-size:14px;color:#4f5852;margin-bottom:12px}
input{display:block;width:100%;margin-top:4px;font:inherit;font-size:18px;padding:10px 12px;border:1px solid #bfc4ba;border-radius:8px;background:#fff;color:#1a1f1c}
button{width:100%;font:inherit;font-size:18px;font-weight:600;padding:13px;border:0;border-radius:10px;background:#0b6e4f;color:#fff;cursor:pointer}
button.stop{background:#b3261e}
.note{border-left:4px solid #0a7d55}
.note.fault{border-left-color:#b3261e}
a{color:#0b6e4f}
.board li{list-style:none;padding:10px 0;border-top:1px solid #dcdfd8;overflow:hidden}
.board li:first-child{border-top:0}
.board .word{font-weight:600}
.board .kw{float:right;font-weight:600}
.board li.live .word{color:#0a7d55}.board li.ready .word{color:#3f6f8f}.board li.wait .word{color:#8a5800}.board li.fault .word{color:#b3261e}
:focus{outline:2px solid #0b6e4f;outline-offset:2px}
@media (prefers-color-scheme:dark){
body{background:#111513;color:#e9ede9}
header p,.advice,form label{color:#b3bcb5}
section,form,.note{background:#191e1b;border-color:#2d342f}
small,dt{color:#a3ada6}
input{background:#111513;color:#e9ede9;border-color:#475049}
.live h2,.board li.live .word{color:#4fcf9b}.live h2:before{background:#4fcf9b}
.ready h2,.board li.ready .word{color:#84b6d6}.ready h2:before{background:#84b6d6}
.wait h2,.board li.wait .word,#link{color:#e3ae52}.wait h2:before{background:#e3ae52}
.fault h2,.board li.fault .word{color:#ff8a80}.fault h2:before{background:#ff8a80}
.note{border-left-color:#4fcf9b}.note.fault{border-left-color:#ff8a80}
a{color:#57c99b}.board li{border-color:#2d342f}
}
`.trim();

/**
 * Follows the page's event stream; each event carries the parts that changed. Without EventSource, or while the stream
 * is lost for long, the page is read again every 10 s.
 */
export const DRIVER_JS = `
(function () {
  'use strict';
  var state = document.getElementById('state');
  var form = document.getElementById('form');
  var link = document.getElementById('link');
  var skew = 0;
  function two(n) { return (n < 10 ? '0' : '') + n; }
  function text(ms) {
    var s = Math.max(0, Math.floor(ms / 1000));
    if (s < 60) return s + ' <small>s</small>';
    if (s < 3600) return Math.floor(s / 60) + ':' + two(s % 60) + ' <small>min</small>';
    return Math.floor(s / 3600) + ':' + two(Math.floor((s % 3600) / 60)) + ' <small>h</small>';
  }
  function tick() {
    var all = document.querySelectorAll('[data-since]');
    for (var i = 0; i < all.length; i += 1) {
      all[i].innerHTML = text(new Date().getTime() + skew - Number(all[i].getAttribute('data-since')));
    }
  }
  function times() {
    var all = document.querySelectorAll('time');
    for (var i = 0; i < all.length; i += 1) {
      var at = new Date(all[i].getAttribute('datetime'));
      if (!isNaN(at.getTime())) {
        all[i].textContent = at.getFullYear() + '-' + two(at.getMonth() + 1) + '-' + two(at.getDate()) + ' ' + two(at.getHours()) + ':' + two(at.getMinutes());
      }
    }
  }
  function readAgain() {
    var typed = document.querySelector('input');
    if (typed && typed.value !== '') return;
    location.reload();
  }
  times();
  tick();
  setInterval(tick, 1000);
  var url = document.body.getAttribute('data-stream');
  if (!window.EventSource) { setInterval(readAgain, 10000); return; }
  var lost = null;
  function open() {
    var source = new EventSource(url);
    source.onmessage = function (event) {
      var part = JSON.parse(event.data);
      skew = part.nowMs - new Date().getTime();
      if (lost !== null) { clearTimeout(lost); lost = null; }
      link.textContent = '';
      if (state.innerHTML !== part.state) state.innerHTML = part.state;
      if (form && form.getAttribute('data-html') !== part.form) {
        form.innerHTML = part.form;
        form.setAttribute('data-html', part.form);
      }
      times();
      tick();
    };
    source.onerror = function () {
      link.textContent = 'No connection. What you see may be old.';
      if (source.readyState === 2 && lost === null) lost = setTimeout(function () { lost = null; open(); }, 3000);
    };
  }
  open();
}());
`.trim();
