(function () {
	"use strict";
	// "#id=<session>|lang=pl|blikUserUid=…" becomes the path of the session's page.
	var hash = location.hash.slice(1), id = "", rest = "";
	try { hash = decodeURIComponent(hash); } catch (e) { /* a lone percent sign: taken as it is */ }
	hash.split(/[|?]/).forEach(function (part) {
		if (part.indexOf("id=") === 0) id = part.slice(3);
		else if (part) rest += "|" + part;
	});
	if (!id) return;
	document.documentElement.hidden = true;
	var base = location.pathname.replace(/\/v2\/iframe\/?$/, "");
	location.replace(base + "/process/" + encodeURIComponent(id) + "/" + encodeURIComponent(rest));
})();
