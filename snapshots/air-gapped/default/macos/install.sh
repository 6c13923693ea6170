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
ring='default'
policy='f4ce2f31e6a59741'

# Directories that are there already, and ours, from the root down. Files: path, SHA-256, base64.
# Settings that only a configuration profile delivers: domain, key, value. Files of weaker
# mechanisms, which must go. Each list is given to one step after another.
parents() { each 1 "$1" '/Library' '/Library/Application Support'; }
directories() { each 1 "$1" '/Library/Application Support/com.docker.docker'; }
files() { each 3 "$1" '/Library/Application Support/com.docker.docker/admin-settings.json' 'f318b20afc08781ec75284c3c4a69bdccb192499979715fbae36578c1db8cfa6' 'ewogICJjb25maWd1cmF0aW9uRmlsZVZlcnNpb24iOiAyLAogICJkaXNhYmxlVXBkYXRlIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAic2lsZW50TW9kdWxlc1VwZGF0ZSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJhbmFseXRpY3NFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImJsb2NrRG9ja2VyTG9hZCI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogdHJ1ZQogIH0sCiAgImRpc3BsYXllZE9uYm9hcmRpbmciOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IHRydWUKICB9LAogICJkZXNrdG9wVGVybWluYWxFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImVuYWJsZUNsb3VkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImV4dGVuc2lvbnNFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImVuYWJsZUluZmVyZW5jZSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJlbmFibGVEb2NrZXJBSSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJmaWxlc2hhcmluZ0FsbG93ZWREaXJlY3RvcmllcyI6IFsKICAgIHsKICAgICAgInBhdGgiOiAiJEhPTUUiLAogICAgICAic2hhcmVkQnlEZWZhdWx0IjogZmFsc2UKICAgIH0KICBdLAogICJ1c2VWaXJ0dWFsaXphdGlvbkZyYW1ld29ya1ZpcnRpb0ZTIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAidXNlR3JwY2Z1c2UiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IGZhbHNlCiAgfSwKICAic2NvdXQiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJzYm9tSW5kZXhpbmciOiB0cnVlLAogICAgInVzZUJhY2tncm91bmRJbmRleGluZyI6IHRydWUKICB9LAogICJjb250YWluZXJzUHJveHkiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJtb2RlIjogIm1hbnVhbCIsCiAgICAiaHR0cCI6ICIiLAogICAgImh0dHBzIjogIiIsCiAgICAiZXhjbHVkZSI6IFtdLAogICAgInBhYyI6ICIiLAogICAgImVtYmVkZGVkUGFjIjogInZhciBzdGFuY2hpb24gPSBcIkRvY2tlciBEZXNrdG9wIG5ldHdvcmsgb2YgcmluZyBkZWZhdWx0LCAxYmFjYmZlYzIxNjI2YjA3XCI7IHZhciBkZW55ID0ge1wiKi5kb2NrZXIuaW50ZXJuYWxcIjoxLFwiKi5sb2NhbGhvc3RcIjoxLFwiNC8yNC9jMGE4NDFcIjoxLFwiNC84LzAwXCI6MSxcIjQvOC83ZlwiOjEsXCI2LzEyOC8wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMFwiOjEsXCI2LzEyOC8wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMVwiOjEsXCI2LzY0L2ZkYzRmMzAzOTMyNDAwMDBcIjoxLFwiPWRvY2tlci5mb3IubWFjLmdhdGV3YXkuaW50ZXJuYWxcIjoxLFwiPWRvY2tlci5mb3IubWFjLmhvc3QuaW50ZXJuYWxcIjoxLFwiPWRvY2tlci5mb3IubWFjLmh0dHAuaW50ZXJuYWxcIjoxLFwiPWRvY2tlci5mb3Iud2luLmdhdGV3YXkuaW50ZXJuYWxcIjoxLFwiPWRvY2tlci5mb3Iud2luLmhvc3QuaW50ZXJuYWxcIjoxLFwiPWRvY2tlci5mb3Iud2luLmh0dHAuaW50ZXJuYWxcIjoxLFwiPWRvY2tlci5pbnRlcm5hbFwiOjEsXCI9aXA2LWxvY2FsaG9zdFwiOjEsXCI9aXA2LWxvb3BiYWNrXCI6MSxcIj1sb2NhbGhvc3RcIjoxfTsgdmFyIGFsbG93ID0ge307IHZhciBwcm94aWVkID0ge307IHZhciBsZW5ndGhzID0gW1s4LDI0XSxbNjQsMTI4XV07IGZ1bmN0aW9uIEZpbmRQcm94eUZvclVSTCh1cmwsIGhvc3QpIHsgdmFyIHJlZnVzZSA9IFwiUFJPWFkgcmVqZWN0LmRvY2tlci5pbnRlcm5hbDoxMjM0XCI7IHZhciB0byA9IGRlc3RpbmF0aW9uKFwiXCIgKyB1cmwpOyBpZiAodG8ucGxhY2UgPT0gXCJcIikgeyByZXR1cm4gcmVmdXNlOyB9IGlmICh0by5uYW1lICE9IGhvc3QgJiYgdG8ucGxhY2UgIT0gcGxhY2UoXCJcIiArIGhvc3QpKSB7IHJldHVybiByZWZ1c2U7IH0gaWYgKGxpc3RlZChkZW55LCB0bykpIHsgcmV0dXJuIHJlZnVzZTsgfSBpZiAoIWxpc3RlZChhbGxvdywgdG8pKSB7IHJldHVybiByZWZ1c2U7IH0gaWYgKGxpc3RlZChwcm94aWVkLCB0bykpIHsgcmV0dXJuIFwiRElSRUNUXCI7IH0gcmV0dXJuIFwiRElSRUNUXCI7IH0gZnVuY3Rpb24gZGVzdGluYXRpb24odXJsKSB7IHZhciBub3doZXJlID0geyBwbGFjZTogXCJcIiwgbmFtZTogXCJcIiwgcG9ydDogMCB9OyB2YXIgY29sb24gPSB1cmwuaW5kZXhPZihcIjpcIik7IHZhciBzY2hlbWUgPSB1cmwuc3Vic3RyaW5nKDAsIGNvbG9uKS50b0xvd2VyQ2FzZSgpOyBpZiAodXJsLnN1YnN0cmluZyhjb2xvbiwgY29sb24gKyAzKSAhPSBcIjovXCIgKyBcIi9cIikgeyByZXR1cm4gbm93aGVyZTsgfSBpZiAoc2NoZW1lICE9IFwiaHR0cFwiICYmIHNjaGVtZSAhPSBcImh0dHBzXCIpIHsgcmV0dXJuIG5vd2hlcmU7IH0gdmFyIG5hbWUgPSB1cmwuc3Vic3RyaW5nKGNvbG9uICsgMyk7IHZhciBlbmQgPSAwOyB3aGlsZSAoZW5kIDwgbmFtZS5sZW5ndGggJiYgXCIvPyNcIi5pbmRleE9mKG5hbWUuY2hhckF0KGVuZCkpIDwgMCkgeyBlbmQgPSBlbmQgKyAxOyB9IG5hbWUgPSBuYW1lLnN1YnN0cmluZygwLCBlbmQpOyB2YXIgcG9ydCA9IHNjaGVtZSA9PSBcImh0dHBzXCIgPyA0NDMgOiA4MDsgdmFyIG1hcmsgPSBuYW1lLmNoYXJBdCgwKSA9PSBcIltcIiA/IG5hbWUuaW5kZXhPZihcIl1cIikgKyAxIDogbmFtZS5pbmRleE9mKFwiOlwiKTsgaWYgKG1hcmsgPiAwICYmIG1hcmsgPCBuYW1lLmxlbmd0aCkgeyBpZiAobmFtZS5jaGFyQXQobWFyaykgIT0gXCI6XCIpIHsgcmV0dXJuIG5vd2hlcmU7IH0gcG9ydCA9IG51bWJlcihuYW1lLnN1YnN0cmluZyhtYXJrICsgMSksIDY1NTM1KTsgaWYgKHBvcnQgPCAxKSB7IHJldHVybiBub3doZXJlOyB9IG5hbWUgPSBuYW1lLnN1YnN0cmluZygwLCBtYXJrKTsgfSBpZiAobmFtZS5pbmRleE9mKFwiOlwiKSA+PSAwICYmIG5hbWUuY2hhckF0KDApICE9IFwiW1wiKSB7IHJldHVybiBub3doZXJlOyB9IHJldHVybiB7IHBsYWNlOiBwbGFjZShuYW1lKSwgbmFtZTogbmFtZSwgcG9ydDogcG9ydCB9OyB9IGZ1bmN0aW9uIHBsYWNlKG5hbWUpIHsgaWYgKG5hbWUuY2hhckF0KDApID09IFwiW1wiKSB7IGlmIChuYW1lLmNoYXJBdChuYW1lLmxlbmd0aCAtIDEpICE9IFwiXVwiIHx8IG5hbWUuaW5kZXhPZihcIjpcIikgPCAwKSB7IHJldHVybiBcIlwiOyB9IG5hbWUgPSBuYW1lLnN1YnN0cmluZygxLCBuYW1lLmxlbmd0aCAtIDEpOyB9IGlmICgvW14wLTlBLVphLXpfLjotXS8udGVzdChuYW1lKSkgeyByZXR1cm4gXCJcIjsgfSBuYW1lID0gbmFtZS50b0xvd2VyQ2FzZSgpOyBpZiAobmFtZS5pbmRleE9mKFwiOlwiKSA+PSAwKSB7IHJldHVybiBzaXgobmFtZSk7IH0gdmFyIGhleCA9IGZvdXIobmFtZSk7IGlmIChoZXggIT0gXCJcIikgeyByZXR1cm4gXCIjXCIgKyBoZXg7IH0gaWYgKG5hbWUuY2hhckF0KG5hbWUubGVuZ3RoIC0gMSkgPT0gXCIuXCIpIHsgbmFtZSA9IG5hbWUuc3Vic3RyaW5nKDAsIG5hbWUubGVuZ3RoIC0gMSk7IH0gcmV0dXJuIGlzTmFtZShuYW1lKSA/IG5hbWUgOiBcIlwiOyB9IGZ1bmN0aW9uIGlzTmFtZShuYW1lKSB7IHZhciBsYWJlbHMgPSBuYW1lLnNwbGl0KFwiLlwiKTsgdmFyIGxhc3QgPSBsYWJlbHNbbGFiZWxzLmxlbmd0aCAtIDFdOyBpZiAobmFtZS5sZW5ndGggPiAyNTMgfHwgIS9bXjAtOV0vLnRlc3QobGFzdCkgfHwgbGFzdC5zdWJzdHJpbmcoMCwgMikgPT0gXCIweFwiKSB7IHJldHVybiBmYWxzZTsgfSBmb3IgKHZhciBpID0gMDsgaSA8IGxhYmVscy5sZW5ndGg7IGkrKykgeyBpZiAobGFiZWxzW2ldLmxlbmd0aCA8IDEgfHwgbGFiZWxzW2ldLmxlbmd0aCA+IDYzKSB7IHJldHVybiBmYWxzZTsgfSB9IHJldHVybiB0cnVlOyB9IGZ1bmN0aW9uIGZvdXIodGV4dCkgeyB2YXIgcGFydHMgPSB0ZXh0LnNwbGl0KFwiLlwiKTsgdmFyIGhleCA9IFwiXCI7IGlmIChwYXJ0cy5sZW5ndGggIT0gNCkgeyByZXR1cm4gXCJcIjsgfSBmb3IgKHZhciBpID0gMDsgaSA8IDQ7IGkrKykgeyB2YXIgcGFydCA9IG51bWJlcihwYXJ0c1tpXSwgMjU1KTsgaWYgKHBhcnQgPCAwKSB7IHJldHVybiBcIlwiOyB9IGhleCA9IGhleCArIChwYXJ0IDwgMTYgPyBcIjBcIiA6IFwiXCIpICsgcGFydC50b1N0cmluZygxNik7IH0gcmV0dXJuIGhleDsgfSBmdW5jdGlvbiBzaXgodGV4dCkgeyB2YXIgY29sb24gPSB0ZXh0Lmxhc3RJbmRleE9mKFwiOlwiKTsgaWYgKHRleHQuaW5kZXhPZihcIi5cIikgPj0gMCkgeyB2YXIgcXVhZCA9IGZvdXIodGV4dC5zdWJzdHJpbmcoY29sb24gKyAxKSk7IGlmIChxdWFkID09IFwiXCIpIHsgcmV0dXJuIFwiXCI7IH0gdGV4dCA9IHRleHQuc3Vic3RyaW5nKDAsIGNvbG9uICsgMSkgKyBxdWFkLnN1YnN0cmluZygwLCA0KSArIFwiOlwiICsgcXVhZC5zdWJzdHJpbmcoNCk7IH0gdmFyIGdhcCA9IHRleHQuaW5kZXhPZihcIjo6XCIpOyB2YXIgbGVmdCA9IGdyb3VwcyhnYXAgPCAwID8gdGV4dCA6IHRleHQuc3Vic3RyaW5nKDAsIGdhcCkpOyB2YXIgcmlnaHQgPSBnYXAgPCAwID8gXCJcIiA6IGdyb3Vwcyh0ZXh0LnN1YnN0cmluZyhnYXAgKyAyKSk7IHZhciB6ZXJvcyA9IDMyIC0gbGVmdC5sZW5ndGggLSByaWdodC5sZW5ndGg7IGlmIChnYXAgPCAwID8gemVyb3MgIT0gMCA6IHplcm9zIDwgNCkgeyByZXR1cm4gXCJcIjsgfSB2YXIgaGV4ID0gbGVmdCArIFwiMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBcIi5zdWJzdHJpbmcoMCwgemVyb3MpICsgcmlnaHQ7IHJldHVybiBcIiNcIiArIChoZXguc3Vic3RyaW5nKDAsIDI0KSA9PSBcIjAwMDAwMDAwMDAwMDAwMDAwMDAwZmZmZlwiID8gaGV4LnN1YnN0cmluZygyNCkgOiBoZXgpOyB9IGZ1bmN0aW9uIGdyb3Vwcyh0ZXh0KSB7IHZhciB3cm9uZyA9IFwiMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwXCI7IHZhciBoZXggPSBcIlwiOyBpZiAodGV4dCA9PSBcIlwiKSB7IHJldHVybiBcIlwiOyB9IHZhciBwYXJ0cyA9IHRleHQuc3BsaXQoXCI6XCIpOyBmb3IgKHZhciBpID0gMDsgaSA8IHBhcnRzLmxlbmd0aDsgaSsrKSB7IGlmIChwYXJ0c1tpXS5sZW5ndGggPCAxIHx8IHBhcnRzW2ldLmxlbmd0aCA+IDQgfHwgL1teMC05YS1mXS8udGVzdChwYXJ0c1tpXSkpIHsgcmV0dXJuIHdyb25nOyB9IGhleCA9IGhleCArIFwiMDAwMFwiLnN1YnN0cmluZyhwYXJ0c1tpXS5sZW5ndGgpICsgcGFydHNbaV07IH0gcmV0dXJuIGhleDsgfSBmdW5jdGlvbiBudW1iZXIodGV4dCwgbW9zdCkgeyBpZiAodGV4dC5sZW5ndGggPCAxIHx8IHRleHQubGVuZ3RoID4gNSB8fCAvW14wLTldLy50ZXN0KHRleHQpKSB7IHJldHVybiAtMTsgfSBpZiAodGV4dC5jaGFyQXQoMCkgPT0gXCIwXCIgJiYgdGV4dC5sZW5ndGggPiAxKSB7IHJldHVybiAtMTsgfSByZXR1cm4gTnVtYmVyKHRleHQpIDw9IG1vc3QgPyBOdW1iZXIodGV4dCkgOiAtMTsgfSBmdW5jdGlvbiBsaXN0ZWQodGFibGUsIHRvKSB7IGlmIChzYXlzKHRhYmxlW1wiKlwiXSwgdG8ucG9ydCkpIHsgcmV0dXJuIHRydWU7IH0gaWYgKHRvLnBsYWNlLmNoYXJBdCgwKSA9PSBcIiNcIikgeyByZXR1cm4gaW5zaWRlKHRhYmxlLCB0by5wbGFjZS5zdWJzdHJpbmcoMSksIHRvLnBvcnQpOyB9IGlmIChzYXlzKHRhYmxlW1wiPVwiICsgdG8ucGxhY2VdLCB0by5wb3J0KSkgeyByZXR1cm4gdHJ1ZTsgfSBmb3IgKHZhciBkb3QgPSB0by5wbGFjZS5pbmRleE9mKFwiLlwiKTsgZG90ID49IDA7IGRvdCA9IHRvLnBsYWNlLmluZGV4T2YoXCIuXCIsIGRvdCArIDEpKSB7IGlmIChzYXlzKHRhYmxlW1wiKlwiICsgdG8ucGxhY2Uuc3Vic3RyaW5nKGRvdCldLCB0by5wb3J0KSkgeyByZXR1cm4gdHJ1ZTsgfSB9IHJldHVybiBmYWxzZTsgfSBmdW5jdGlvbiBpbnNpZGUodGFibGUsIGhleCwgcG9ydCkgeyB2YXIga25vd24gPSBsZW5ndGhzW2hleC5sZW5ndGggPT0gOCA/IDAgOiAxXTsgZm9yICh2YXIgaSA9IDA7IGkgPCBrbm93bi5sZW5ndGg7IGkrKykgeyB2YXIgd2hvbGUgPSBNYXRoLmZsb29yKGtub3duW2ldIC8gNCk7IHZhciByZXN0ID0ga25vd25baV0gJSA0OyB2YXIgcHJlZml4ID0gaGV4LnN1YnN0cmluZygwLCB3aG9sZSk7IGlmIChyZXN0ID4gMCkgeyB2YXIgZGlnaXQgPSBwYXJzZUludChoZXguY2hhckF0KHdob2xlKSwgMTYpOyBwcmVmaXggPSBwcmVmaXggKyAoZGlnaXQgLSBkaWdpdCAlIE1hdGgucG93KDIsIDQgLSByZXN0KSkudG9TdHJpbmcoMTYpOyB9IGlmIChzYXlzKHRhYmxlWyhoZXgubGVuZ3RoID09IDggPyBcIjRcIiA6IFwiNlwiKSArIFwiL1wiICsga25vd25baV0gKyBcIi9cIiArIHByZWZpeF0sIHBvcnQpKSB7IHJldHVybiB0cnVlOyB9IH0gcmV0dXJuIGZhbHNlOyB9IGZ1bmN0aW9uIHNheXMocG9ydHMsIHBvcnQpIHsgcmV0dXJuIHBvcnRzID09PSAxIHx8ICh0eXBlb2YgcG9ydHMgPT0gXCJzdHJpbmdcIiAmJiBwb3J0cy5pbmRleE9mKFwiIFwiICsgcG9ydCArIFwiIFwiKSA+PSAwKTsgfSIsCiAgICAidHJhbnNwYXJlbnRQb3J0cyI6ICIqIgogIH0sCiAgImxpbnV4Vk0iOiB7CiAgICAiZG9ja2VyRGFlbW9uT3B0aW9ucyI6IHsKICAgICAgImxvY2tlZCI6IHRydWUsCiAgICAgICJ2YWx1ZSI6ICJ7fSIKICAgIH0KICB9LAogICJrdWJlcm5ldGVzIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAiZW5hYmxlZCI6IGZhbHNlLAogICAgInNob3dTeXN0ZW1Db250YWluZXJzIjogZmFsc2UKICB9LAogICJwb3J0QmluZGluZ0JlaGF2aW9yIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiAibG9jYWwtb25seS1wb3J0LWJpbmRpbmciCiAgfSwKICAiZW5oYW5jZWRDb250YWluZXJJc29sYXRpb24iOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IHRydWUKICB9LAogICJhbGxvd0JldGFGZWF0dXJlcyI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJlbmFibGVEb2NrZXJNQ1BUb29sa2l0IjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0KfQo='; }
preferences() { each 3 "$1" 'com.docker.config' 'allowedOrgs' 'contoso'; }
absent() { each 1 "$1" '/Library/Application Support/com.docker.docker/desktop.plist' '/Library/Application Support/com.docker.docker/registry.json'; }

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
