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
policy='fe7294ed902f58fd'

# Directories that are there already, and ours, from the root down. Files: path, SHA-256, base64.
# Settings that only a configuration profile delivers: domain, key, value. Files of weaker
# mechanisms, which must go. Each list is given to one step after another.
parents() { each 1 "$1" '/Library' '/Library/Application Support'; }
directories() { each 1 "$1" '/Library/Application Support/com.docker.docker'; }
files() { each 3 "$1" '/Library/Application Support/com.docker.docker/admin-settings.json' 'bb43ae5cd69d8e24c82073d6f51f4abe5388e052e07412e6f3d0b82657ce92a6' 'ewogICJjb25maWd1cmF0aW9uRmlsZVZlcnNpb24iOiAyLAogICJkaXNhYmxlVXBkYXRlIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAic2lsZW50TW9kdWxlc1VwZGF0ZSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJhbmFseXRpY3NFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImJsb2NrRG9ja2VyTG9hZCI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogdHJ1ZQogIH0sCiAgImRpc3BsYXllZE9uYm9hcmRpbmciOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IHRydWUKICB9LAogICJkZXNrdG9wVGVybWluYWxFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImVuYWJsZUNsb3VkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImV4dGVuc2lvbnNFbmFibGVkIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImVuYWJsZUluZmVyZW5jZSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJlbmFibGVEb2NrZXJBSSI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogZmFsc2UKICB9LAogICJmaWxlc2hhcmluZ0FsbG93ZWREaXJlY3RvcmllcyI6IFsKICAgIHsKICAgICAgInBhdGgiOiAiJEhPTUUiLAogICAgICAic2hhcmVkQnlEZWZhdWx0IjogZmFsc2UKICAgIH0KICBdLAogICJ1c2VWaXJ0dWFsaXphdGlvbkZyYW1ld29ya1ZpcnRpb0ZTIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiB0cnVlCiAgfSwKICAidXNlR3JwY2Z1c2UiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IGZhbHNlCiAgfSwKICAic2NvdXQiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJzYm9tSW5kZXhpbmciOiB0cnVlLAogICAgInVzZUJhY2tncm91bmRJbmRleGluZyI6IHRydWUKICB9LAogICJjb250YWluZXJzUHJveHkiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJtb2RlIjogIm1hbnVhbCIsCiAgICAiaHR0cCI6ICIiLAogICAgImh0dHBzIjogIiIsCiAgICAiZXhjbHVkZSI6IFtdLAogICAgInBhYyI6ICIiLAogICAgImVtYmVkZGVkUGFjIjogInZhciBzdGFuY2hpb24gPSBcIkRvY2tlciBEZXNrdG9wIG5ldHdvcmsgb2YgcmluZyBkZWZhdWx0LCA1YmVkN2I1YjlhM2Q4NDM5XCI7IHZhciBkZW55ID0ge1wiKi5kb2NrZXIuaW50ZXJuYWxcIjoxLFwiKi5sb2NhbGhvc3RcIjoxLFwiNC8yNC9jMGE4NDFcIjoxLFwiNC84LzAwXCI6MSxcIjQvOC83ZlwiOjEsXCI2LzEyOC8wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMFwiOjEsXCI2LzEyOC8wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMVwiOjEsXCI2LzY0L2ZkYzRmMzAzOTMyNDAwMDBcIjoxLFwiPWRvY2tlci5pbnRlcm5hbFwiOjEsXCI9bG9jYWxob3N0XCI6MX07IHZhciBhbGxvdyA9IHt9OyB2YXIgcHJveGllZCA9IHt9OyB2YXIgbGVuZ3RocyA9IFtbOCwyNF0sWzY0LDEyOF1dOyBmdW5jdGlvbiBGaW5kUHJveHlGb3JVUkwodXJsLCBob3N0KSB7IHZhciByZWZ1c2UgPSBcIlBST1hZIHJlamVjdC5kb2NrZXIuaW50ZXJuYWw6MTIzNFwiOyB2YXIgdG8gPSBkZXN0aW5hdGlvbihcIlwiICsgdXJsKTsgaWYgKHRvLnBsYWNlID09IFwiXCIgfHwgdG8ucGxhY2UgIT0gcGxhY2UoXCJcIiArIGhvc3QpKSB7IHJldHVybiByZWZ1c2U7IH0gaWYgKGxpc3RlZChkZW55LCB0bykpIHsgcmV0dXJuIHJlZnVzZTsgfSBpZiAoIWxpc3RlZChhbGxvdywgdG8pKSB7IHJldHVybiByZWZ1c2U7IH0gaWYgKGxpc3RlZChwcm94aWVkLCB0bykpIHsgcmV0dXJuIFwiRElSRUNUXCI7IH0gcmV0dXJuIFwiRElSRUNUXCI7IH0gZnVuY3Rpb24gZGVzdGluYXRpb24odXJsKSB7IHZhciBub3doZXJlID0geyBwbGFjZTogXCJcIiwgcG9ydDogMCB9OyB2YXIgY29sb24gPSB1cmwuaW5kZXhPZihcIjpcIik7IHZhciBzY2hlbWUgPSB1cmwuc3Vic3RyaW5nKDAsIGNvbG9uKS50b0xvd2VyQ2FzZSgpOyBpZiAodXJsLnN1YnN0cmluZyhjb2xvbiwgY29sb24gKyAzKSAhPSBcIjovXCIgKyBcIi9cIikgeyByZXR1cm4gbm93aGVyZTsgfSBpZiAoc2NoZW1lICE9IFwiaHR0cFwiICYmIHNjaGVtZSAhPSBcImh0dHBzXCIpIHsgcmV0dXJuIG5vd2hlcmU7IH0gdmFyIG5hbWUgPSB1cmwuc3Vic3RyaW5nKGNvbG9uICsgMyk7IHZhciBlbmQgPSAwOyB3aGlsZSAoZW5kIDwgbmFtZS5sZW5ndGggJiYgXCIvPyNcIi5pbmRleE9mKG5hbWUuY2hhckF0KGVuZCkpIDwgMCkgeyBlbmQgPSBlbmQgKyAxOyB9IG5hbWUgPSBuYW1lLnN1YnN0cmluZygwLCBlbmQpOyB2YXIgcG9ydCA9IHNjaGVtZSA9PSBcImh0dHBzXCIgPyA0NDMgOiA4MDsgdmFyIG1hcmsgPSBuYW1lLmNoYXJBdCgwKSA9PSBcIltcIiA/IG5hbWUuaW5kZXhPZihcIl1cIikgKyAxIDogbmFtZS5pbmRleE9mKFwiOlwiKTsgaWYgKG1hcmsgPiAwICYmIG1hcmsgPCBuYW1lLmxlbmd0aCkgeyBpZiAobmFtZS5jaGFyQXQobWFyaykgIT0gXCI6XCIpIHsgcmV0dXJuIG5vd2hlcmU7IH0gcG9ydCA9IG51bWJlcihuYW1lLnN1YnN0cmluZyhtYXJrICsgMSksIDY1NTM1KTsgaWYgKHBvcnQgPCAxKSB7IHJldHVybiBub3doZXJlOyB9IG5hbWUgPSBuYW1lLnN1YnN0cmluZygwLCBtYXJrKTsgfSBpZiAobmFtZS5pbmRleE9mKFwiOlwiKSA+PSAwICYmIG5hbWUuY2hhckF0KDApICE9IFwiW1wiKSB7IHJldHVybiBub3doZXJlOyB9IHJldHVybiB7IHBsYWNlOiBwbGFjZShuYW1lKSwgcG9ydDogcG9ydCB9OyB9IGZ1bmN0aW9uIHBsYWNlKG5hbWUpIHsgaWYgKCFvbmx5KG5hbWUsIFwiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWjAxMjM0NTY3ODktXy46W11cIikpIHsgcmV0dXJuIFwiXCI7IH0gbmFtZSA9IG5hbWUudG9Mb3dlckNhc2UoKTsgaWYgKG5hbWUuY2hhckF0KDApID09IFwiW1wiKSB7IGlmIChuYW1lLmNoYXJBdChuYW1lLmxlbmd0aCAtIDEpICE9IFwiXVwiIHx8IG5hbWUuaW5kZXhPZihcIjpcIikgPCAwKSB7IHJldHVybiBcIlwiOyB9IG5hbWUgPSBuYW1lLnN1YnN0cmluZygxLCBuYW1lLmxlbmd0aCAtIDEpOyB9IGlmIChuYW1lLmluZGV4T2YoXCI6XCIpID49IDApIHsgcmV0dXJuIHNpeChuYW1lKTsgfSBpZiAoZm91cihuYW1lKSAhPSBcIlwiKSB7IHJldHVybiBcIiNcIiArIGZvdXIobmFtZSk7IH0gaWYgKG5hbWUuY2hhckF0KG5hbWUubGVuZ3RoIC0gMSkgPT0gXCIuXCIpIHsgbmFtZSA9IG5hbWUuc3Vic3RyaW5nKDAsIG5hbWUubGVuZ3RoIC0gMSk7IH0gcmV0dXJuIGlzTmFtZShuYW1lKSA/IG5hbWUgOiBcIlwiOyB9IGZ1bmN0aW9uIGlzTmFtZShuYW1lKSB7IHZhciBsYWJlbHMgPSBuYW1lLnNwbGl0KFwiLlwiKTsgdmFyIGxhc3QgPSBsYWJlbHNbbGFiZWxzLmxlbmd0aCAtIDFdOyBpZiAobmFtZS5sZW5ndGggPiAyNTMgfHwgb25seShsYXN0LCBcIjAxMjM0NTY3ODlcIikgfHwgbGFzdC5zdWJzdHJpbmcoMCwgMikgPT0gXCIweFwiKSB7IHJldHVybiBmYWxzZTsgfSBmb3IgKHZhciBpID0gMDsgaSA8IGxhYmVscy5sZW5ndGg7IGkrKykgeyBpZiAobGFiZWxzW2ldLmxlbmd0aCA8IDEgfHwgbGFiZWxzW2ldLmxlbmd0aCA+IDYzKSB7IHJldHVybiBmYWxzZTsgfSB9IHJldHVybiBuYW1lLmluZGV4T2YoXCJbXCIpIDwgMCAmJiBuYW1lLmluZGV4T2YoXCJdXCIpIDwgMDsgfSBmdW5jdGlvbiBmb3VyKHRleHQpIHsgdmFyIHBhcnRzID0gdGV4dC5zcGxpdChcIi5cIik7IHZhciBoZXggPSBcIlwiOyBpZiAocGFydHMubGVuZ3RoICE9IDQpIHsgcmV0dXJuIFwiXCI7IH0gZm9yICh2YXIgaSA9IDA7IGkgPCA0OyBpKyspIHsgdmFyIHBhcnQgPSBudW1iZXIocGFydHNbaV0sIDI1NSk7IGlmIChwYXJ0IDwgMCkgeyByZXR1cm4gXCJcIjsgfSBoZXggPSBoZXggKyAocGFydCA8IDE2ID8gXCIwXCIgOiBcIlwiKSArIHBhcnQudG9TdHJpbmcoMTYpOyB9IHJldHVybiBoZXg7IH0gZnVuY3Rpb24gc2l4KHRleHQpIHsgdmFyIGNvbG9uID0gdGV4dC5sYXN0SW5kZXhPZihcIjpcIik7IGlmICh0ZXh0LmluZGV4T2YoXCIuXCIpID49IDApIHsgdmFyIHF1YWQgPSBmb3VyKHRleHQuc3Vic3RyaW5nKGNvbG9uICsgMSkpOyBpZiAocXVhZCA9PSBcIlwiKSB7IHJldHVybiBcIlwiOyB9IHRleHQgPSB0ZXh0LnN1YnN0cmluZygwLCBjb2xvbiArIDEpICsgcXVhZC5zdWJzdHJpbmcoMCwgNCkgKyBcIjpcIiArIHF1YWQuc3Vic3RyaW5nKDQpOyB9IHZhciBnYXAgPSB0ZXh0LmluZGV4T2YoXCI6OlwiKTsgdmFyIGxlZnQgPSBncm91cHMoZ2FwIDwgMCA/IHRleHQgOiB0ZXh0LnN1YnN0cmluZygwLCBnYXApKTsgdmFyIHJpZ2h0ID0gZ2FwIDwgMCA/IFwiXCIgOiBncm91cHModGV4dC5zdWJzdHJpbmcoZ2FwICsgMikpOyB2YXIgemVyb3MgPSAzMiAtIGxlZnQubGVuZ3RoIC0gcmlnaHQubGVuZ3RoOyBpZiAoZ2FwIDwgMCA/IHplcm9zICE9IDAgOiB6ZXJvcyA8IDQpIHsgcmV0dXJuIFwiXCI7IH0gdmFyIGhleCA9IGxlZnQgKyBcIjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwXCIuc3Vic3RyaW5nKDAsIHplcm9zKSArIHJpZ2h0OyByZXR1cm4gXCIjXCIgKyAoaGV4LnN1YnN0cmluZygwLCAyNCkgPT0gXCIwMDAwMDAwMDAwMDAwMDAwMDAwMGZmZmZcIiA/IGhleC5zdWJzdHJpbmcoMjQpIDogaGV4KTsgfSBmdW5jdGlvbiBncm91cHModGV4dCkgeyB2YXIgd3JvbmcgPSBcIjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMFwiOyB2YXIgaGV4ID0gXCJcIjsgaWYgKHRleHQgPT0gXCJcIikgeyByZXR1cm4gXCJcIjsgfSB2YXIgcGFydHMgPSB0ZXh0LnNwbGl0KFwiOlwiKTsgZm9yICh2YXIgaSA9IDA7IGkgPCBwYXJ0cy5sZW5ndGg7IGkrKykgeyBpZiAocGFydHNbaV0ubGVuZ3RoIDwgMSB8fCBwYXJ0c1tpXS5sZW5ndGggPiA0IHx8ICFvbmx5KHBhcnRzW2ldLCBcIjAxMjM0NTY3ODlhYmNkZWZcIikpIHsgcmV0dXJuIHdyb25nOyB9IGhleCA9IGhleCArIFwiMDAwMFwiLnN1YnN0cmluZyhwYXJ0c1tpXS5sZW5ndGgpICsgcGFydHNbaV07IH0gcmV0dXJuIGhleDsgfSBmdW5jdGlvbiBudW1iZXIodGV4dCwgbW9zdCkgeyBpZiAodGV4dC5sZW5ndGggPCAxIHx8IHRleHQubGVuZ3RoID4gNSB8fCAhb25seSh0ZXh0LCBcIjAxMjM0NTY3ODlcIikpIHsgcmV0dXJuIC0xOyB9IGlmICh0ZXh0LmNoYXJBdCgwKSA9PSBcIjBcIiAmJiB0ZXh0Lmxlbmd0aCA+IDEpIHsgcmV0dXJuIC0xOyB9IHJldHVybiBOdW1iZXIodGV4dCkgPD0gbW9zdCA/IE51bWJlcih0ZXh0KSA6IC0xOyB9IGZ1bmN0aW9uIG9ubHkodGV4dCwgbGV0dGVycykgeyBmb3IgKHZhciBpID0gMDsgaSA8IHRleHQubGVuZ3RoOyBpKyspIHsgaWYgKGxldHRlcnMuaW5kZXhPZih0ZXh0LmNoYXJBdChpKSkgPCAwKSB7IHJldHVybiBmYWxzZTsgfSB9IHJldHVybiB0cnVlOyB9IGZ1bmN0aW9uIGxpc3RlZCh0YWJsZSwgdG8pIHsgaWYgKHNheXModGFibGVbXCIqXCJdLCB0by5wb3J0KSkgeyByZXR1cm4gdHJ1ZTsgfSBpZiAodG8ucGxhY2UuY2hhckF0KDApID09IFwiI1wiKSB7IHJldHVybiBpbnNpZGUodGFibGUsIHRvLnBsYWNlLnN1YnN0cmluZygxKSwgdG8ucG9ydCk7IH0gaWYgKHNheXModGFibGVbXCI9XCIgKyB0by5wbGFjZV0sIHRvLnBvcnQpKSB7IHJldHVybiB0cnVlOyB9IGZvciAodmFyIGRvdCA9IHRvLnBsYWNlLmluZGV4T2YoXCIuXCIpOyBkb3QgPj0gMDsgZG90ID0gdG8ucGxhY2UuaW5kZXhPZihcIi5cIiwgZG90ICsgMSkpIHsgaWYgKHNheXModGFibGVbXCIqXCIgKyB0by5wbGFjZS5zdWJzdHJpbmcoZG90KV0sIHRvLnBvcnQpKSB7IHJldHVybiB0cnVlOyB9IH0gcmV0dXJuIGZhbHNlOyB9IGZ1bmN0aW9uIGluc2lkZSh0YWJsZSwgaGV4LCBwb3J0KSB7IHZhciBrbm93biA9IGxlbmd0aHNbaGV4Lmxlbmd0aCA9PSA4ID8gMCA6IDFdOyBmb3IgKHZhciBpID0gMDsgaSA8IGtub3duLmxlbmd0aDsgaSsrKSB7IHZhciB3aG9sZSA9IE1hdGguZmxvb3Ioa25vd25baV0gLyA0KTsgdmFyIHJlc3QgPSBrbm93bltpXSAlIDQ7IHZhciBwcmVmaXggPSBoZXguc3Vic3RyaW5nKDAsIHdob2xlKTsgaWYgKHJlc3QgPiAwKSB7IHZhciBkaWdpdCA9IHBhcnNlSW50KGhleC5jaGFyQXQod2hvbGUpLCAxNik7IHByZWZpeCA9IHByZWZpeCArIChkaWdpdCAtIGRpZ2l0ICUgTWF0aC5wb3coMiwgNCAtIHJlc3QpKS50b1N0cmluZygxNik7IH0gaWYgKHNheXModGFibGVbKGhleC5sZW5ndGggPT0gOCA/IFwiNFwiIDogXCI2XCIpICsgXCIvXCIgKyBrbm93bltpXSArIFwiL1wiICsgcHJlZml4XSwgcG9ydCkpIHsgcmV0dXJuIHRydWU7IH0gfSByZXR1cm4gZmFsc2U7IH0gZnVuY3Rpb24gc2F5cyhwb3J0cywgcG9ydCkgeyByZXR1cm4gcG9ydHMgPT09IDEgfHwgKHR5cGVvZiBwb3J0cyA9PSBcInN0cmluZ1wiICYmIHBvcnRzLmluZGV4T2YoXCIgXCIgKyBwb3J0ICsgXCIgXCIpID49IDApOyB9IiwKICAgICJ0cmFuc3BhcmVudFBvcnRzIjogIioiCiAgfSwKICAibGludXhWTSI6IHsKICAgICJkb2NrZXJEYWVtb25PcHRpb25zIjogewogICAgICAibG9ja2VkIjogdHJ1ZSwKICAgICAgInZhbHVlIjogInt9IgogICAgfQogIH0sCiAgImt1YmVybmV0ZXMiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJlbmFibGVkIjogZmFsc2UsCiAgICAic2hvd1N5c3RlbUNvbnRhaW5lcnMiOiBmYWxzZQogIH0sCiAgInBvcnRCaW5kaW5nQmVoYXZpb3IiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6ICJsb2NhbC1vbmx5LXBvcnQtYmluZGluZyIKICB9LAogICJlbmhhbmNlZENvbnRhaW5lcklzb2xhdGlvbiI6IHsKICAgICJsb2NrZWQiOiB0cnVlLAogICAgInZhbHVlIjogdHJ1ZQogIH0sCiAgImFsbG93QmV0YUZlYXR1cmVzIjogewogICAgImxvY2tlZCI6IHRydWUsCiAgICAidmFsdWUiOiBmYWxzZQogIH0sCiAgImVuYWJsZURvY2tlck1DUFRvb2xraXQiOiB7CiAgICAibG9ja2VkIjogdHJ1ZSwKICAgICJ2YWx1ZSI6IGZhbHNlCiAgfQp9Cg=='; }
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

if [ -z "$changes" ]; then
  verdict="unchanged ring=$ring policy=$policy"
else
  echo "note: $product reads this when it starts, so quit it and open it again"
  verdict="written ring=$ring policy=$policy: $changes"
fi
code=0
