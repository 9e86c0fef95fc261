// Where the Debian package puts things.

export const PACKAGE_PATHS = {
  config: '/etc/podtree/podtree.yaml',
  environment: '/etc/default/podtree',
  program: '/usr/lib/podtree',
  unit: '/usr/lib/systemd/system/podtree.service',
  docs: '/usr/share/doc/podtree',
} as const;
