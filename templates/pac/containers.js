var stanchion = '@LABEL@';
var deny = '@DENY@';
var allow = '@ALLOW@';
var proxied = '@PROXIED@';
var lengths = '@LENGTHS@';

function FindProxyForURL(url, host) {
    var refuse = '@REFUSE@';
    var to = destination("" + url);
    if (to.place == "") { return refuse; }
    if (to.name != host && to.place != place("" + host)) { return refuse; }
    if (listed(deny, to)) { return refuse; }
    if (!listed(allow, to)) { return refuse; }
    if (listed(proxied, to)) { return '@UPSTREAM@'; }
    return "DIRECT";
}

function destination(url) {
    var nowhere = { place: "", name: "", port: 0 };
    var colon = url.indexOf(":");
    var scheme = url.substring(0, colon).toLowerCase();
    if (url.substring(colon, colon + 3) != ":/" + "/") { return nowhere; }
    if (scheme != "http" && scheme != "https") { return nowhere; }
    var name = url.substring(colon + 3);
    var end = 0;
    while (end < name.length && "/?#".indexOf(name.charAt(end)) < 0) { end = end + 1; }
    name = name.substring(0, end);
    var port = scheme == "https" ? 443 : 80;
    var mark = name.charAt(0) == "[" ? name.indexOf("]") + 1 : name.indexOf(":");
    if (mark > 0 && mark < name.length) {
        if (name.charAt(mark) != ":") { return nowhere; }
        port = number(name.substring(mark + 1), 65535);
        if (port < 1) { return nowhere; }
        name = name.substring(0, mark);
    }
    if (name.indexOf(":") >= 0 && name.charAt(0) != "[") { return nowhere; }
    return { place: place(name), name: name, port: port };
}

function place(name) {
    if (name.charAt(0) == "[") {
        if (name.charAt(name.length - 1) != "]" || name.indexOf(":") < 0) { return ""; }
        name = name.substring(1, name.length - 1);
    }
    if (/[^0-9A-Za-z_.:-]/.test(name)) { return ""; }
    name = name.toLowerCase();
    if (name.indexOf(":") >= 0) { return six(name); }
    var hex = four(name);
    if (hex != "") { return "#" + hex; }
    if (name.charAt(name.length - 1) == ".") { name = name.substring(0, name.length - 1); }
    return isName(name) ? name : "";
}

function isName(name) {
    var labels = name.split(".");
    var last = labels[labels.length - 1];
    if (name.length > 253 || !/[^0-9]/.test(last) || last.substring(0, 2) == "0x") { return false; }
    for (var i = 0; i < labels.length; i++) {
        if (labels[i].length < 1 || labels[i].length > 63) { return false; }
    }
    return true;
}

function four(text) {
    var parts = text.split(".");
    var hex = "";
    if (parts.length != 4) { return ""; }
    for (var i = 0; i < 4; i++) {
        var part = number(parts[i], 255);
        if (part < 0) { return ""; }
        hex = hex + (part < 16 ? "0" : "") + part.toString(16);
    }
    return hex;
}

function six(text) {
    var colon = text.lastIndexOf(":");
    if (text.indexOf(".") >= 0) {
        var quad = four(text.substring(colon + 1));
        if (quad == "") { return ""; }
        text = text.substring(0, colon + 1) + quad.substring(0, 4) + ":" + quad.substring(4);
    }
    var gap = text.indexOf("::");
    var left = groups(gap < 0 ? text : text.substring(0, gap));
    var right = gap < 0 ? "" : groups(text.substring(gap + 2));
    var zeros = 32 - left.length - right.length;
    if (gap < 0 ? zeros != 0 : zeros < 4) { return ""; }
    var hex = left + "00000000000000000000000000000000".substring(0, zeros) + right;
    return "#" + (hex.substring(0, 24) == "00000000000000000000ffff" ? hex.substring(24) : hex);
}

function groups(text) {
    var wrong = "000000000000000000000000000000000000";
    var hex = "";
    if (text == "") { return ""; }
    var parts = text.split(":");
    for (var i = 0; i < parts.length; i++) {
        if (parts[i].length < 1 || parts[i].length > 4 || /[^0-9a-f]/.test(parts[i])) { return wrong; }
        hex = hex + "0000".substring(parts[i].length) + parts[i];
    }
    return hex;
}

function number(text, most) {
    if (text.length < 1 || text.length > 5 || /[^0-9]/.test(text)) { return -1; }
    if (text.charAt(0) == "0" && text.length > 1) { return -1; }
    return Number(text) <= most ? Number(text) : -1;
}

function listed(table, to) {
    if (says(table["*"], to.port)) { return true; }
    if (to.place.charAt(0) == "#") { return inside(table, to.place.substring(1), to.port); }
    if (says(table["=" + to.place], to.port)) { return true; }
    for (var dot = to.place.indexOf("."); dot >= 0; dot = to.place.indexOf(".", dot + 1)) {
        if (says(table["*" + to.place.substring(dot)], to.port)) { return true; }
    }
    return false;
}

function inside(table, hex, port) {
    var known = lengths[hex.length == 8 ? 0 : 1];
    for (var i = 0; i < known.length; i++) {
        var whole = Math.floor(known[i] / 4);
        var rest = known[i] % 4;
        var prefix = hex.substring(0, whole);
        if (rest > 0) {
            var digit = parseInt(hex.charAt(whole), 16);
            prefix = prefix + (digit - digit % Math.pow(2, 4 - rest)).toString(16);
        }
        if (says(table[(hex.length == 8 ? "4" : "6") + "/" + known[i] + "/" + prefix], port)) { return true; }
    }
    return false;
}

function says(ports, port) {
    return ports === 1 || (typeof ports == "string" && ports.indexOf(" " + port + " ") >= 0);
}
