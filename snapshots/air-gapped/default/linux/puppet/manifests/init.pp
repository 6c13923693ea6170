# Puts the Docker Desktop policy in place. It cannot tell who holds a file open
# or has a second name for it, and adopts both: see README.md.
class docker_desktop_policy {
  $ring = 'default'
  $policy = '9a11ec2acec7597d'

  info("Docker Desktop policy ring=${ring} policy=${policy}")

  # links => manage: the target of a planted link must not become root's.
  file { ['/usr/share/docker-desktop', '/usr/share/docker-desktop/registry']:
    ensure => directory,
    owner  => 'root',
    group  => 'root',
    mode   => '0755',
    links  => manage,
  }

  # No backup: the filebucket would keep what a user put there.
  $files = {
    '/usr/share/docker-desktop/admin-settings.json' => 'admin-settings.json',
    '/usr/share/docker-desktop/registry/registry.json' => 'registry.json',
  }
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
  file { []:
    ensure => absent,
    backup => false,
  }
}
