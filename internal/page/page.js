(function () {
	"use strict";
	// Going back shows how things stand now: what answered a POST becomes an ordinary entry of the history, and a page
	// that the browser has kept is asked for again.
	history.replaceState(null, "", location.href);
	window.addEventListener("pageshow", function (e) { if (e.persisted) location.reload(); });
})();
(function () {
	"use strict";
	// Tells the page that embeds this one what has happened, in order.
	var told = document.getElementById("messages");
	if (!told || window.parent === window) return;
	JSON.parse(told.textContent).forEach(function (m) { window.parent.postMessage(m, "*"); });
})();
(function () {
	"use strict";
	// Counts how long the page has been open, never what time it is: the payment's clock may be in another year.
	var clock = document.querySelector("[data-left]");
	if (!clock || !window.performance) return;
	var left = Number(clock.getAttribute("data-left"));
	var opened = performance.now();

	function two(n) { return (n < 10 ? "0" : "") + n; }
	function text(n) {
		var d = Math.floor(n / 86400), h = Math.floor(n / 3600) % 24, m = Math.floor(n / 60) % 60, s = n % 60;
		if (d > 0) return d + " " + clock.getAttribute("data-days") + " " + two(h) + ":" + two(m) + ":" + two(s);
		if (h > 0) return h + ":" + two(m) + ":" + two(s);
		return two(m) + ":" + two(s);
	}
	var timer = setInterval(function () {
		var n = Math.max(0, Math.ceil(left - (performance.now() - opened) / 1000));
		if (n > 0) {
			clock.textContent = text(n);
			return;
		}
		clearInterval(timer);
		clock.parentNode.textContent = clock.getAttribute("data-expired");
	}, 250);
})();
(function () {
	"use strict";
	// Goes back to the merchant by itself, and leaves nothing of the page behind to go back to.
	var back = document.querySelector("[data-after]");
	if (!back) return;
	setTimeout(function () { location.replace(back.href); }, Number(back.getAttribute("data-after")) * 1000);
})();
