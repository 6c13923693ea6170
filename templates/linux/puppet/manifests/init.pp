# Puts the Docker Desktop policy in place. It cannot tell who holds a file open
# or has a second name for it, and adopts both: see README.md.
class docker_desktop_policy {
  $ring = '@RING@'
  $policy = '@POLICY@'

  info("Docker Desktop policy ring=${ring} policy=${policy}")

  # links => manage: the target of a planted link must not become root's.
  file { '@DIRECTORIES@':
    ensure => directory,
    owner  => 'root',
    group  => 'root',
    mode   => '0755',
    links  => manage,
  }

  # No backup: the filebucket would keep what a user put there.
  $files = '@FILES@'
  $files.each |String $path, String $source| {
    file { $path:
      ensure => file,
      owner  => 'root',
      group  => 'root',
      mode   => '0644',
      links  => manage,
      backup => false,
      source => "puppet:///modules/docker_desktop_policy/${source}",
    }
  }

  # Files that this policy does not use: Docker Desktop would still obey them.
  file { '@ABSENT@':
    ensure => absent,
    backup => false,
  }
}
