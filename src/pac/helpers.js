// The functions that every proxy script may call, and a world that stands still: no name server, no clock, no dice.
// A script that asks for any of it is told something, and `asked` remembers that its answer is not the only one.
var asked = false;

function isPlainHostName(host) {
    return host.indexOf(".") < 0;
}

function dnsDomainIs(host, domain) {
    return host.length >= domain.length && host.substring(host.length - domain.length) === domain;
}

function localHostOrDomainIs(host, hostdom) {
    return host === hostdom || (host.indexOf(".") < 0 && hostdom.indexOf(host + ".") === 0);
}

function dnsDomainLevels(host) {
    return host.split(".").length - 1;
}

function shExpMatch(text, pattern) {
    var quoted = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
    return new RegExp("^" + quoted + "$").test(text);
}

function convert_addr(text) {
    var bytes = text.split(".");
    return ((bytes[0] & 255) << 24) | ((bytes[1] & 255) << 16) | ((bytes[2] & 255) << 8) | (bytes[3] & 255);
}

function isInNet(host, pattern, mask) {
    if (!/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
        asked = true;
        return false;
    }
    return (convert_addr(host) & convert_addr(mask)) === (convert_addr(pattern) & convert_addr(mask));
}

function isInNetEx() {
    asked = true;
    return false;
}

function dnsResolve() {
    asked = true;
    return null;
}

function dnsResolveEx() {
    asked = true;
    return "";
}

function isResolvable() {
    asked = true;
    return false;
}

function isResolvableEx() {
    asked = true;
    return false;
}

function myIpAddress() {
    asked = true;
    return "127.0.0.1";
}

function myIpAddressEx() {
    asked = true;
    return "127.0.0.1";
}

function weekdayRange() {
    asked = true;
    return false;
}

function dateRange() {
    asked = true;
    return false;
}

function timeRange() {
    asked = true;
    return false;
}

function alert() {}

Math.random = function () {
    asked = true;
    return 0;
};

Date = (function (Real) {
    function Still(year, month, day, hour, minute, second, millisecond) {
        if (!(this instanceof Still)) {
            asked = true;
            return String(new Real(0));
        }
        if (arguments.length === 0) {
            asked = true;
            return new Real(0);
        }
        if (arguments.length === 1) {
            return new Real(year);
        }
        return new Real(year, month, day || 1, hour || 0, minute || 0, second || 0, millisecond || 0);
    }
    Still.prototype = Real.prototype;
    Real.prototype.constructor = Still;
    Still.parse = Real.parse;
    Still.UTC = Real.UTC;
    Still.now = function () {
        asked = true;
        return 0;
    };
    return Still;
})(Date);
