#!/bin/sh
# Puts the policy's files in place so that nobody but root can change them.
#
# One script for macOS and Linux. It runs unchanged as a Jamf, Kandji, Intune, Mosyle or Fleet
# script, as a munki or pkg postinstall, from Landscape and while an image is built: arguments are
# ignored and the environment is not trusted. A second run finds nothing to do and says so.
#
# The last line of the output is one of
#   unchanged ring=R policy=D             exit 0
#   written ring=R policy=D: names        exit 0
#   refused: what is wrong, what to do    exit 1
#   failed: what went wrong               exit 1, no file is half-written
#
# The order of the steps, at the end, is the protection. A look at a file is worth something only
# when nobody but root can change the directory it is in. So: prove the directories above ours,
# take ours from the top down, only then look inside, replace what is there, prove the result.

set -eu
PATH=/usr/bin:/bin:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL
umask 022

product='Docker Desktop'
ring='pilot'
policy='4f1b68d75194abdd'

# Directories that are there already, and ours, from the root down. Files: path, SHA-256, base64.
# Settings that only a configuration profile delivers: domain, key, value. Files of weaker
# mechanisms, which must go. Each list is given to one step after another.
parents() { each 1 "$1" '/usr' '/usr/share'; }
directories() { each 1 "$1" '/usr/share/docker-desktop' '/usr/share/docker-desktop/registry'; }
files() { each 3 "$1" '/usr/share/docker-desktop/admin-settings.json' 'dfdda6acd0d80a14e4d4a3b1131a16283332586ff7d46a8a50da53a2182048d9' 'ewogICJjb25maWd1cmF0aW9uRmlsZVZlcnNpb24iOiAyLAogICJkaXNhYmxlVXBkYXRlIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAic2lsZW50TW9kdWxlc1VwZGF0ZSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJhbmFseXRpY3NFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImJsb2NrRG9ja2VyTG9hZCI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogdHJ1ZQogIH0sCiAgImRpc3BsYXllZE9uYm9hcmRpbmciOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IHRydWUKICB9LAogICJkZXNrdG9wVGVybWluYWxFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImVuYWJsZUNsb3VkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImV4dGVuc2lvbnNFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImVuYWJsZUluZmVyZW5jZSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJlbmFibGVEb2NrZXJBSSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJmaWxlc2hhcmluZ0FsbG93ZWREaXJlY3RvcmllcyI6IFsKICAgIHsKICAgICAgInBhdGgiOiAiJEhPTUUiLAogICAgICAic2hhcmVkQnlEZWZhdWx0IjogZmFsc2UKICAgIH0KICBdLAogICJzY291dCI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInNib21JbmRleGluZyI6IHRydWUsCiAgICAidXNlQmFja2dyb3VuZEluZGV4aW5nIjogdHJ1ZQogIH0sCiAgImNvbnRhaW5lcnNQcm94eSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgIm1vZGUiOiAibWFudWFsIiwKICAgICJodHRwIjogIiIsCiAgICAiaHR0cHMiOiAiIiwKICAgICJleGNsdWRlIjogW10sCiAgICAicGFjIjogIiIsCiAgICAiZW1iZWRkZWRQYWMiOiAidmFyIHN0YW5jaGlvbiA9IFwiRG9ja2VyIERlc2t0b3AgbmV0d29yayBvZiByaW5nIHBpbG90LCAwNThiN2FlNTY2MWExMDU2XCI7IHZhciBkZW55ID0ge1wiKi5kb2NrZXIuaW50ZXJuYWxcIjoxLFwiKi5sb2NhbGhvc3RcIjoxLFwiNC8xNi8wYTQyXCI6MSxcIjQvMjQvYzBhODQxXCI6MSxcIjQvOC8wMFwiOjEsXCI0LzgvN2ZcIjoxLFwiNi8xMjgvMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBcIjoxLFwiNi8xMjgvMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDFcIjoxLFwiNi82NC9mZGM0ZjMwMzkzMjQwMDAwXCI6MSxcIj1kb2NrZXIuZm9yLm1hYy5nYXRld2F5LmludGVybmFsXCI6MSxcIj1kb2NrZXIuZm9yLm1hYy5ob3N0LmludGVybmFsXCI6MSxcIj1kb2NrZXIuZm9yLm1hYy5odHRwLmludGVybmFsXCI6MSxcIj1kb2NrZXIuZm9yLndpbi5nYXRld2F5LmludGVybmFsXCI6MSxcIj1kb2NrZXIuZm9yLndpbi5ob3N0LmludGVybmFsXCI6MSxcIj1kb2NrZXIuZm9yLndpbi5odHRwLmludGVybmFsXCI6MSxcIj1kb2NrZXIuaW50ZXJuYWxcIjoxLFwiPWlwNi1sb2NhbGhvc3RcIjoxLFwiPWlwNi1sb29wYmFja1wiOjEsXCI9bG9jYWxob3N0XCI6MX07IHZhciBhbGxvdyA9IHtcIioubm9ydGh3aW5kLmV4YW1wbGVcIjoxLFwiNC84LzBhXCI6MSxcIjYvMzIvZmQxMjM0NTZcIjoxLFwiPWF1dGguZG9ja2VyLmlvXCI6XCIgODAgNDQzIFwiLFwiPWNkbi5xdWF5LmlvXCI6XCIgODAgNDQzIFwiLFwiPWNkbjAxLnF1YXkuaW9cIjpcIiA4MCA0NDMgXCIsXCI9Y2RuMDIucXVheS5pb1wiOlwiIDgwIDQ0MyBcIixcIj1jZG4wMy5xdWF5LmlvXCI6XCIgODAgNDQzIFwiLFwiPWNkbjA0LnF1YXkuaW9cIjpcIiA4MCA0NDMgXCIsXCI9Y2RuMDUucXVheS5pb1wiOlwiIDgwIDQ0MyBcIixcIj1jZG4wNi5xdWF5LmlvXCI6XCIgODAgNDQzIFwiLFwiPWRvY2tlci1pbWFnZXMtcHJvZC42YWEzMGY4YjA4ZTE2NDA5YjQ2ZTAxNzNkNmRlMmY1Ni5yMi5jbG91ZGZsYXJlc3RvcmFnZS5jb21cIjpcIiA4MCA0NDMgXCIsXCI9ZG9ja2VyLmlvXCI6XCIgODAgNDQzIFwiLFwiPWh1Yi5kb2NrZXIuY29tXCI6XCIgODAgNDQzIFwiLFwiPWluZGV4LmRvY2tlci5pb1wiOlwiIDgwIDQ0MyBcIixcIj1wcm9kdWN0aW9uLmNsb3VkZmxhcmUuZG9ja2VyLmNvbVwiOlwiIDgwIDQ0MyBcIixcIj1wcm9kdWN0aW9uLmNsb3VkZnJvbnQuZG9ja2VyLmNvbVwiOlwiIDgwIDQ0MyBcIixcIj1xdWF5LmlvXCI6XCIgODAgNDQzIFwiLFwiPXJlZ2lzdHJ5LTEuZG9ja2VyLmlvXCI6XCIgODAgNDQzIFwiLFwiPXJlZ2lzdHJ5Lm5vcnRod2luZC5leGFtcGxlXCI6XCIgNTAwMCBcIn07IHZhciBwcm94aWVkID0ge1wiPWF1dGguZG9ja2VyLmlvXCI6XCIgODAgNDQzIFwiLFwiPWRvY2tlci1pbWFnZXMtcHJvZC42YWEzMGY4YjA4ZTE2NDA5YjQ2ZTAxNzNkNmRlMmY1Ni5yMi5jbG91ZGZsYXJlc3RvcmFnZS5jb21cIjpcIiA4MCA0NDMgXCIsXCI9ZG9ja2VyLmlvXCI6MSxcIj1odWIuZG9ja2VyLmNvbVwiOlwiIDgwIDQ0MyBcIixcIj1pbmRleC5kb2NrZXIuaW9cIjpcIiA4MCA0NDMgXCIsXCI9cHJvZHVjdGlvbi5jbG91ZGZsYXJlLmRvY2tlci5jb21cIjpcIiA4MCA0NDMgXCIsXCI9cHJvZHVjdGlvbi5jbG91ZGZyb250LmRvY2tlci5jb21cIjpcIiA4MCA0NDMgXCIsXCI9cmVnaXN0cnktMS5kb2NrZXIuaW9cIjpcIiA4MCA0NDMgXCJ9OyB2YXIgbGVuZ3RocyA9IFtbOCwxNiwyNF0sWzMyLDY0LDEyOF1dOyBmdW5jdGlvbiBGaW5kUHJveHlGb3JVUkwodXJsLCBob3N0KSB7IHZhciByZWZ1c2UgPSBcIlBST1hZIHJlamVjdC5kb2NrZXIuaW50ZXJuYWw6MTIzNFwiOyB2YXIgdG8gPSBkZXN0aW5hdGlvbihcIlwiICsgdXJsKTsgaWYgKHRvLnBsYWNlID09IFwiXCIpIHsgcmV0dXJuIHJlZnVzZTsgfSBpZiAodG8ubmFtZSAhPSBob3N0ICYmIHRvLnBsYWNlICE9IHBsYWNlKFwiXCIgKyBob3N0KSkgeyByZXR1cm4gcmVmdXNlOyB9IGlmIChsaXN0ZWQoZGVueSwgdG8pKSB7IHJldHVybiByZWZ1c2U7IH0gaWYgKCFsaXN0ZWQoYWxsb3csIHRvKSkgeyByZXR1cm4gcmVmdXNlOyB9IGlmIChsaXN0ZWQocHJveGllZCwgdG8pKSB7IHJldHVybiBcIlBST1hZIDEwLjAuMC44OjMxMjhcIjsgfSByZXR1cm4gXCJESVJFQ1RcIjsgfSBmdW5jdGlvbiBkZXN0aW5hdGlvbih1cmwpIHsgdmFyIG5vd2hlcmUgPSB7IHBsYWNlOiBcIlwiLCBuYW1lOiBcIlwiLCBwb3J0OiAwIH07IHZhciBjb2xvbiA9IHVybC5pbmRleE9mKFwiOlwiKTsgdmFyIHNjaGVtZSA9IHVybC5zdWJzdHJpbmcoMCwgY29sb24pLnRvTG93ZXJDYXNlKCk7IGlmICh1cmwuc3Vic3RyaW5nKGNvbG9uLCBjb2xvbiArIDMpICE9IFwiOi9cIiArIFwiL1wiKSB7IHJldHVybiBub3doZXJlOyB9IGlmIChzY2hlbWUgIT0gXCJodHRwXCIgJiYgc2NoZW1lICE9IFwiaHR0cHNcIikgeyByZXR1cm4gbm93aGVyZTsgfSB2YXIgbmFtZSA9IHVybC5zdWJzdHJpbmcoY29sb24gKyAzKTsgdmFyIGVuZCA9IDA7IHdoaWxlIChlbmQgPCBuYW1lLmxlbmd0aCAmJiBcIi8/I1wiLmluZGV4T2YobmFtZS5jaGFyQXQoZW5kKSkgPCAwKSB7IGVuZCA9IGVuZCArIDE7IH0gbmFtZSA9IG5hbWUuc3Vic3RyaW5nKDAsIGVuZCk7IHZhciBwb3J0ID0gc2NoZW1lID09IFwiaHR0cHNcIiA/IDQ0MyA6IDgwOyB2YXIgbWFyayA9IG5hbWUuY2hhckF0KDApID09IFwiW1wiID8gbmFtZS5pbmRleE9mKFwiXVwiKSArIDEgOiBuYW1lLmluZGV4T2YoXCI6XCIpOyBpZiAobWFyayA+IDAgJiYgbWFyayA8IG5hbWUubGVuZ3RoKSB7IGlmIChuYW1lLmNoYXJBdChtYXJrKSAhPSBcIjpcIikgeyByZXR1cm4gbm93aGVyZTsgfSBwb3J0ID0gbnVtYmVyKG5hbWUuc3Vic3RyaW5nKG1hcmsgKyAxKSwgNjU1MzUpOyBpZiAocG9ydCA8IDEpIHsgcmV0dXJuIG5vd2hlcmU7IH0gbmFtZSA9IG5hbWUuc3Vic3RyaW5nKDAsIG1hcmspOyB9IGlmIChuYW1lLmluZGV4T2YoXCI6XCIpID49IDAgJiYgbmFtZS5jaGFyQXQoMCkgIT0gXCJbXCIpIHsgcmV0dXJuIG5vd2hlcmU7IH0gcmV0dXJuIHsgcGxhY2U6IHBsYWNlKG5hbWUpLCBuYW1lOiBuYW1lLCBwb3J0OiBwb3J0IH07IH0gZnVuY3Rpb24gcGxhY2UobmFtZSkgeyBpZiAobmFtZS5jaGFyQXQoMCkgPT0gXCJbXCIpIHsgaWYgKG5hbWUuY2hhckF0KG5hbWUubGVuZ3RoIC0gMSkgIT0gXCJdXCIgfHwgbmFtZS5pbmRleE9mKFwiOlwiKSA8IDApIHsgcmV0dXJuIFwiXCI7IH0gbmFtZSA9IG5hbWUuc3Vic3RyaW5nKDEsIG5hbWUubGVuZ3RoIC0gMSk7IH0gaWYgKC9bXjAtOUEtWmEtel8uOi1dLy50ZXN0KG5hbWUpKSB7IHJldHVybiBcIlwiOyB9IG5hbWUgPSBuYW1lLnRvTG93ZXJDYXNlKCk7IGlmIChuYW1lLmluZGV4T2YoXCI6XCIpID49IDApIHsgcmV0dXJuIHNpeChuYW1lKTsgfSB2YXIgaGV4ID0gZm91cihuYW1lKTsgaWYgKGhleCAhPSBcIlwiKSB7IHJldHVybiBcIiNcIiArIGhleDsgfSBpZiAobmFtZS5jaGFyQXQobmFtZS5sZW5ndGggLSAxKSA9PSBcIi5cIikgeyBuYW1lID0gbmFtZS5zdWJzdHJpbmcoMCwgbmFtZS5sZW5ndGggLSAxKTsgfSByZXR1cm4gaXNOYW1lKG5hbWUpID8gbmFtZSA6IFwiXCI7IH0gZnVuY3Rpb24gaXNOYW1lKG5hbWUpIHsgdmFyIGxhYmVscyA9IG5hbWUuc3BsaXQoXCIuXCIpOyB2YXIgbGFzdCA9IGxhYmVsc1tsYWJlbHMubGVuZ3RoIC0gMV07IGlmIChuYW1lLmxlbmd0aCA+IDI1MyB8fCAhL1teMC05XS8udGVzdChsYXN0KSB8fCBsYXN0LnN1YnN0cmluZygwLCAyKSA9PSBcIjB4XCIpIHsgcmV0dXJuIGZhbHNlOyB9IGZvciAodmFyIGkgPSAwOyBpIDwgbGFiZWxzLmxlbmd0aDsgaSsrKSB7IGlmIChsYWJlbHNbaV0ubGVuZ3RoIDwgMSB8fCBsYWJlbHNbaV0ubGVuZ3RoID4gNjMpIHsgcmV0dXJuIGZhbHNlOyB9IH0gcmV0dXJuIHRydWU7IH0gZnVuY3Rpb24gZm91cih0ZXh0KSB7IHZhciBwYXJ0cyA9IHRleHQuc3BsaXQoXCIuXCIpOyB2YXIgaGV4ID0gXCJcIjsgaWYgKHBhcnRzLmxlbmd0aCAhPSA0KSB7IHJldHVybiBcIlwiOyB9IGZvciAodmFyIGkgPSAwOyBpIDwgNDsgaSsrKSB7IHZhciBwYXJ0ID0gbnVtYmVyKHBhcnRzW2ldLCAyNTUpOyBpZiAocGFydCA8IDApIHsgcmV0dXJuIFwiXCI7IH0gaGV4ID0gaGV4ICsgKHBhcnQgPCAxNiA/IFwiMFwiIDogXCJcIikgKyBwYXJ0LnRvU3RyaW5nKDE2KTsgfSByZXR1cm4gaGV4OyB9IGZ1bmN0aW9uIHNpeCh0ZXh0KSB7IHZhciBjb2xvbiA9IHRleHQubGFzdEluZGV4T2YoXCI6XCIpOyBpZiAodGV4dC5pbmRleE9mKFwiLlwiKSA+PSAwKSB7IHZhciBxdWFkID0gZm91cih0ZXh0LnN1YnN0cmluZyhjb2xvbiArIDEpKTsgaWYgKHF1YWQgPT0gXCJcIikgeyByZXR1cm4gXCJcIjsgfSB0ZXh0ID0gdGV4dC5zdWJzdHJpbmcoMCwgY29sb24gKyAxKSArIHF1YWQuc3Vic3RyaW5nKDAsIDQpICsgXCI6XCIgKyBxdWFkLnN1YnN0cmluZyg0KTsgfSB2YXIgZ2FwID0gdGV4dC5pbmRleE9mKFwiOjpcIik7IHZhciBsZWZ0ID0gZ3JvdXBzKGdhcCA8IDAgPyB0ZXh0IDogdGV4dC5zdWJzdHJpbmcoMCwgZ2FwKSk7IHZhciByaWdodCA9IGdhcCA8IDAgPyBcIlwiIDogZ3JvdXBzKHRleHQuc3Vic3RyaW5nKGdhcCArIDIpKTsgdmFyIHplcm9zID0gMzIgLSBsZWZ0Lmxlbmd0aCAtIHJpZ2h0Lmxlbmd0aDsgaWYgKGdhcCA8IDAgPyB6ZXJvcyAhPSAwIDogemVyb3MgPCA0KSB7IHJldHVybiBcIlwiOyB9IHZhciBoZXggPSBsZWZ0ICsgXCIwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMFwiLnN1YnN0cmluZygwLCB6ZXJvcykgKyByaWdodDsgcmV0dXJuIFwiI1wiICsgKGhleC5zdWJzdHJpbmcoMCwgMjQpID09IFwiMDAwMDAwMDAwMDAwMDAwMDAwMDBmZmZmXCIgPyBoZXguc3Vic3RyaW5nKDI0KSA6IGhleCk7IH0gZnVuY3Rpb24gZ3JvdXBzKHRleHQpIHsgdmFyIHdyb25nID0gXCIwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBcIjsgdmFyIGhleCA9IFwiXCI7IGlmICh0ZXh0ID09IFwiXCIpIHsgcmV0dXJuIFwiXCI7IH0gdmFyIHBhcnRzID0gdGV4dC5zcGxpdChcIjpcIik7IGZvciAodmFyIGkgPSAwOyBpIDwgcGFydHMubGVuZ3RoOyBpKyspIHsgaWYgKHBhcnRzW2ldLmxlbmd0aCA8IDEgfHwgcGFydHNbaV0ubGVuZ3RoID4gNCB8fCAvW14wLTlhLWZdLy50ZXN0KHBhcnRzW2ldKSkgeyByZXR1cm4gd3Jvbmc7IH0gaGV4ID0gaGV4ICsgXCIwMDAwXCIuc3Vic3RyaW5nKHBhcnRzW2ldLmxlbmd0aCkgKyBwYXJ0c1tpXTsgfSByZXR1cm4gaGV4OyB9IGZ1bmN0aW9uIG51bWJlcih0ZXh0LCBtb3N0KSB7IGlmICh0ZXh0Lmxlbmd0aCA8IDEgfHwgdGV4dC5sZW5ndGggPiA1IHx8IC9bXjAtOV0vLnRlc3QodGV4dCkpIHsgcmV0dXJuIC0xOyB9IGlmICh0ZXh0LmNoYXJBdCgwKSA9PSBcIjBcIiAmJiB0ZXh0Lmxlbmd0aCA+IDEpIHsgcmV0dXJuIC0xOyB9IHJldHVybiBOdW1iZXIodGV4dCkgPD0gbW9zdCA/IE51bWJlcih0ZXh0KSA6IC0xOyB9IGZ1bmN0aW9uIGxpc3RlZCh0YWJsZSwgdG8pIHsgaWYgKHNheXModGFibGVbXCIqXCJdLCB0by5wb3J0KSkgeyByZXR1cm4gdHJ1ZTsgfSBpZiAodG8ucGxhY2UuY2hhckF0KDApID09IFwiI1wiKSB7IHJldHVybiBpbnNpZGUodGFibGUsIHRvLnBsYWNlLnN1YnN0cmluZygxKSwgdG8ucG9ydCk7IH0gaWYgKHNheXModGFibGVbXCI9XCIgKyB0by5wbGFjZV0sIHRvLnBvcnQpKSB7IHJldHVybiB0cnVlOyB9IGZvciAodmFyIGRvdCA9IHRvLnBsYWNlLmluZGV4T2YoXCIuXCIpOyBkb3QgPj0gMDsgZG90ID0gdG8ucGxhY2UuaW5kZXhPZihcIi5cIiwgZG90ICsgMSkpIHsgaWYgKHNheXModGFibGVbXCIqXCIgKyB0by5wbGFjZS5zdWJzdHJpbmcoZG90KV0sIHRvLnBvcnQpKSB7IHJldHVybiB0cnVlOyB9IH0gcmV0dXJuIGZhbHNlOyB9IGZ1bmN0aW9uIGluc2lkZSh0YWJsZSwgaGV4LCBwb3J0KSB7IHZhciBrbm93biA9IGxlbmd0aHNbaGV4Lmxlbmd0aCA9PSA4ID8gMCA6IDFdOyBmb3IgKHZhciBpID0gMDsgaSA8IGtub3duLmxlbmd0aDsgaSsrKSB7IHZhciB3aG9sZSA9IE1hdGguZmxvb3Ioa25vd25baV0gLyA0KTsgdmFyIHJlc3QgPSBrbm93bltpXSAlIDQ7IHZhciBwcmVmaXggPSBoZXguc3Vic3RyaW5nKDAsIHdob2xlKTsgaWYgKHJlc3QgPiAwKSB7IHZhciBkaWdpdCA9IHBhcnNlSW50KGhleC5jaGFyQXQod2hvbGUpLCAxNik7IHByZWZpeCA9IHByZWZpeCArIChkaWdpdCAtIGRpZ2l0ICUgTWF0aC5wb3coMiwgNCAtIHJlc3QpKS50b1N0cmluZygxNik7IH0gaWYgKHNheXModGFibGVbKGhleC5sZW5ndGggPT0gOCA/IFwiNFwiIDogXCI2XCIpICsgXCIvXCIgKyBrbm93bltpXSArIFwiL1wiICsgcHJlZml4XSwgcG9ydCkpIHsgcmV0dXJuIHRydWU7IH0gfSByZXR1cm4gZmFsc2U7IH0gZnVuY3Rpb24gc2F5cyhwb3J0cywgcG9ydCkgeyByZXR1cm4gcG9ydHMgPT09IDEgfHwgKHR5cGVvZiBwb3J0cyA9PSBcInN0cmluZ1wiICYmIHBvcnRzLmluZGV4T2YoXCIgXCIgKyBwb3J0ICsgXCIgXCIpID49IDApOyB9IiwKICAgICJ0cmFuc3BhcmVudFBvcnRzIjogIjgwLDQ0MyIKICB9LAogICJsaW51eFZNIjogewogICAgImRvY2tlckRhZW1vbk9wdGlvbnMiOiB7CiAgICAgICJsb2NrZWQiOiB0cnVlLAogICAgICAidmFsdWUiOiAie30iCiAgICB9CiAgfSwKICAia3ViZXJuZXRlcyI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgImVuYWJsZWQiOiBmYWxzZSwKICAgICJzaG93U3lzdGVtQ29udGFpbmVycyI6IGZhbHNlCiAgfSwKICAicG9ydEJpbmRpbmdCZWhhdmlvciI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogImxvY2FsLW9ubHktcG9ydC1iaW5kaW5nIgogIH0sCiAgImVuaGFuY2VkQ29udGFpbmVySXNvbGF0aW9uIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAiYWxsb3dCZXRhRmVhdHVyZXMiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IGZhbHNlCiAgfSwKICAiZW5hYmxlRG9ja2VyTUNQVG9vbGtpdCI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9Cn0K' '/usr/share/docker-desktop/registry/registry.json' 'a39b505264e1c045b11312684303c46f8efe29ef2bf43be9c4341087ffdfb6e0' 'ewogICJhbGxvd2VkT3JncyI6IFsKICAgICJub3J0aHdpbmQiCiAgXQp9Cg=='; }
preferences() { each 3 "$1"; }
absent() { each 1 "$1"; }

# Runs a step with the first words of a list in front, then with the next.
each() {
  words=$1
  step=$2
  shift 2
  while [ "$#" -gt 0 ]; do
    "$step" "$@"
    shift "$words"
  done
}

system=$(uname -s)
temporary=
taken=
changes=
waiting=
verdict='failed: a command did not work; its own message is above'
code=1

finish() {
  trap - EXIT
  [ -z "$temporary" ] || rm -f "$temporary"
  printf '%s\n' "$verdict"
  exit "$code"
}
trap finish EXIT
trap 'verdict="failed: stopped by a signal"; finish' HUP INT TERM

refuse() { verdict="refused: $1"; exit 1; }
fail() { verdict="failed: $1"; exit 1; }
changed() { changes="${changes:+$changes, }$1"; }

# ---- looking: the same in every script of this policy

# Whether find's tests hold for this one path. A link is looked at, never followed.
is() {
  place=$1
  shift
  [ -n "$(find "$place" -prune "$@" 2>/dev/null)" ]
}

# A Mac keeps access control lists beside the mode, where only its ls shows them.
acl_opens() {
  [ "$system" = Darwin ] || return 1
  # shellcheck disable=SC2012
  ls -lde "$1" | awk '/ allow .*(write|add_|append|delete|chown)/ { n++ } END { exit !n }'
}

# Says what is wrong with a directory; more find tests may follow the path. On Linux an access
# control list shows as group write, so belonging to group 0 does not excuse group write.
directory_fault() {
  if [ -L "$1" ]; then echo "$1 is a link"
  elif [ ! -e "$1" ]; then echo "$1 is missing"
  elif [ ! -d "$1" ]; then echo "$1 is not a directory"
  elif ! is "$1" -user 0; then echo "$1 does not belong to root"
  elif ! is "$1" ! -perm -020 ! -perm -002 || acl_opens "$1"; then
    echo "$1 can be changed by others than root"
  elif [ "$#" -gt 1 ] && ! is "$@"; then echo "$1 does not have group 0 and mode 0755"
  fi
}

# Says what is wrong with a directory or those above it, from the root down.
way_fault() {
  [ -n "$1" ] || return 0
  above=$(way_fault "${1%/*}")
  if [ -n "$above" ]; then echo "$above"; else directory_fault "$1"; fi
}
# Says what is wrong with a file. Opens nothing but a plain file of root's.
file_fault() {
  if [ -L "$1" ]; then echo "$1 is a link"
  elif [ ! -e "$1" ]; then echo "$1 is missing"
  elif [ ! -f "$1" ]; then echo "$1 is not a plain file"
  elif ! is "$1" -user 0 -group 0; then echo "$1 does not belong to root"
  elif ! is "$1" -perm 0644 || acl_opens "$1"; then echo "$1 does not have mode 0644"
  elif ! is "$1" -links 1; then echo "$1 has a second name"
  elif [ "$(digest <"$1")" != "$2" ]; then echo "$1 has other content"
  fi
}

digest() {
  if [ "$system" = Darwin ]; then
    shasum -a 256
  else
    sha256sum
  fi | cut -d ' ' -f 1
}

# Says what is wrong with a setting that only a configuration profile delivers.
preference_fault() {
  domain="/Library/Managed Preferences/$1"
  kind=$(defaults read-type "$domain" "$2" 2>/dev/null) || kind=
  if [ -z "$kind" ]; then echo "managed preference $1 $2 is missing"
  elif [ "$kind" != 'Type is string' ]; then echo "managed preference $1 $2 is not a string"
  elif [ "$(defaults read "$domain" "$2" 2>/dev/null)" != "$3" ]; then
    echo "managed preference $1 $2 has another value"
  fi
}

# ---- doing

# On a Mac not even root can replace a file that its owner has locked or made append-only.
unlock() {
  [ "$system" = Darwin ] || return 0
  if [ -e "$1" ] || [ -L "$1" ]; then chflags -h nouchg,nouappnd "$1"; fi
}

# Makes something root's. The owner changes first: he could undo everything else.
own() {
  unlock "$1"
  chown 0:0 "$1"
  chmod "$2" "$1"
  [ "$system" != Darwin ] || chmod -N "$1"
}

# Removes what is at a path. Somebody could lead rm -r astray by swapping a directory for a link, so
# each directory is taken from its user before it is looked into. What root made, a person judges.
remove() {
  unlock "$1"
  if [ -L "$1" ] || [ ! -d "$1" ]; then
    rm -f "$1"
  elif ! rmdir "$1" 2>/dev/null; then
    is "$1" ! -user 0 || refuse "$1 is a directory that root has filled; move it away"
    own "$1" 00700
    for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
      remove "$entry"
    done
    rmdir "$1"
  fi
}

decode() { printf '%s' "$1" | base64 --decode; }

# ---- the steps

prove_payload() {
  [ "$(decode "$3" | digest)" = "$2" ] || refuse 'this copy of the script is damaged; get it again'
}

prove_parent() {
  fault=$(directory_fault "$1")
  [ -z "$fault" ] || refuse "$fault; put that right, then run this again"
}

# Creates or repairs one of our directories. A user can have planted something at its place while
# the one above, also ours, was open. Anything else there only root can have made.
take_directory() {
  fault=$(directory_fault "$1" -group 0 -perm 0755)
  if [ -n "$fault" ]; then
    if [ -L "$1" ] || { [ -e "$1" ] && [ ! -d "$1" ]; }; then
      case $taken in
        *":${1%/*}:"*) is "$1" ! -user 0 || refuse "$fault, made by root; move it away" ;;
        *) refuse "$fault; find out who made it, then move it away" ;;
      esac
      remove "$1"
    fi
    [ -d "$1" ] || mkdir "$1"
    own "$1" 00755 # with four digits GNU chmod leaves a set-group-ID bit
    fault=$(directory_fault "$1" -group 0 -perm 0755)
    [ -z "$fault" ] || fail "$fault, even after repairing it"
    changed "${1##*/}/"
  fi
  taken="$taken:$1:"
}

# Renames a finished file over the old one. The old one is not repaired: its owner may hold it open
# for writing or have given it a second name. Readers see all of the old file or all of the new.
write_file() {
  [ -n "$(file_fault "$1" "$2")" ] || return 0
  # mv would move into a directory, also into one that a link points at.
  if [ -L "$1" ] || [ -d "$1" ]; then remove "$1"; fi
  temporary=$(mktemp "${1%/*}/.${1##*/}.XXXXXX")
  decode "$3" >"$temporary"
  own "$temporary" 0644
  fault=$(file_fault "$temporary" "$2")
  [ -z "$fault" ] || fail "$fault, right after writing it"
  unlock "$1"
  mv -f "$temporary" "$1"
  temporary=
  changed "${1##*/}"
}

prove_file() {
  fault=$(way_fault "${1%/*}")
  [ -n "$fault" ] || fault=$(file_fault "$1" "$2")
  [ -z "$fault" ] || fail "$fault, even after writing it"
}

prove_preference() {
  fault=$(preference_fault "$1" "$2" "$3")
  [ -z "$fault" ] || waiting="$fault; install the profile"
}

# Removes a weaker mechanism, unless it is the only one that works.
remove_stale() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
  fault=$(way_fault "${1%/*}")
  if [ -n "$waiting$fault" ]; then
    echo "left: $1, because ${waiting:-$fault}"
  else
    remove "$1"
    changed "${1##*/} (removed)"
  fi
}

[ "$(id -u)" -eq 0 ] || refuse 'this needs root; use sudo or the management tool'
files prove_payload
parents prove_parent
directories take_directory
files write_file
files prove_file
preferences prove_preference
absent remove_stale

[ -z "$waiting" ] || echo "note: $waiting"
if [ -z "$changes" ]; then
  verdict="unchanged ring=$ring policy=$policy"
else
  echo "note: $product reads this when it starts, so quit it and open it again"
  verdict="written ring=$ring policy=$policy: $changes"
fi
code=0
