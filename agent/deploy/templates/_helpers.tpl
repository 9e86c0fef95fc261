{{- define "podtree.name" -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "podtree.selector" -}}
app.kubernetes.io/name: podtree
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "podtree.labels" -}}
{{ include "podtree.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "podtree.image" -}}
{{ .Values.image.repository }}{{ with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- /* "yes" when the configuration has a sink that makes Events. */}}
{{- define "podtree.makesEvents" -}}
{{- $found := "" }}
{{- range dig "alerts" "sinks" list .Values.config }}{{ if eq .type "kubernetes-event" }}{{ $found = "yes" }}{{ end }}{{ end }}
{{- $found }}
{{- end }}

{{- /* "yes" when the cluster is asked whose a token is. */}}
{{- define "podtree.asksForReviews" -}}
{{- if and .Values.remote.enabled .Values.remote.kubernetes }}yes{{ end }}
{{- end }}

{{- /* Volume -> Secret, of what the address for other machines needs. */}}
{{- define "podtree.remoteSecrets" -}}
{{- with .Values.remote }}
{{- if .enabled }}
tls: {{ .tlsSecret }}
{{- with .tokensSecret }}
tokens: {{ . }}
{{- end }}
{{- with .clientCaSecret }}
client-ca: {{ . }}
{{- end }}
{{- if not (or .kubernetes .tokensSecret .clientCaSecret) }}
{{- fail "remote.enabled needs remote.kubernetes, remote.tokensSecret or remote.clientCaSecret: by what clients show who they are" }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* "yes" when the API server is needed: a token, and a way to it. */}}
{{- define "podtree.usesApi" -}}
{{- if or (include "podtree.makesEvents" .) .Values.kubernetesMetadata.enabled (include "podtree.asksForReviews" .) }}yes{{ end }}
{{- end }}
