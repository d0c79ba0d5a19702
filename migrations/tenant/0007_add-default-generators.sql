-- Organisations that were made before names existed get the default HostnameGenerators that new ones are made with.
-- One that somebody has written, changed or deleted is left alone: it stands, or its history says so.
INSERT INTO resource (tenant_id, type, mesh, name, labels, spec, status, etag, revision, born, creation_time, modification_time)
SELECT t.tenant_id, 'HostnameGenerator', '', e.value->>'name', e.value->'labels', e.value->'spec', NULL,
  COALESCE(h.epoch, 1) || '-' || COALESCE(h.sequence + 1, 0), COALESCE(h.revision, 0), COALESCE(h.sequence + 1, 0),
  strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
FROM (SELECT DISTINCT tenant_id FROM credential) t LEFT JOIN heads h ON h.tenant_id = t.tenant_id CROSS JOIN json_each('[
{"name":"local-mesh-external-service","labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}},
{"name":"local-universal-mesh-service","labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}},
{"name":"synced-headless-kube-mesh-service","labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}},
{"name":"synced-kube-mesh-service","labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}},
{"name":"synced-mesh-external-service","labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}},
{"name":"synced-mesh-multi-zone-service","labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}},
{"name":"synced-universal-mesh-service","labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}}
]') e
WHERE NOT EXISTS (SELECT 1 FROM resource r
  WHERE r.tenant_id = t.tenant_id AND r.type = 'HostnameGenerator' AND r.mesh = '' AND r.name = e.value->>'name')
AND NOT EXISTS (SELECT 1 FROM revision_change c
  WHERE c.tenant_id = t.tenant_id AND c.type = 'HostnameGenerator' AND c.mesh = '' AND c.name = e.value->>'name');

-- Their zones are compiled anew: what is born after the newest sequence makes it the newest.
UPDATE heads SET sequence = sequence + 1 WHERE EXISTS (SELECT 1 FROM resource r
  WHERE r.tenant_id = heads.tenant_id AND r.type = 'HostnameGenerator' AND r.mesh = '' AND r.born = heads.sequence + 1);
