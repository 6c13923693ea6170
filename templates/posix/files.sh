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
