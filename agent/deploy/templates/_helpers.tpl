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

{{- /* "yes" when the configuration has a sink that makes Events, which is all that the API server is needed for. */}}
{{- define "podtree.usesApi" -}}
{{- range dig "alerts" "sinks" list .Values.config }}{{ if eq .type "kubernetes-event" }}yes{{ end }}{{ end }}
{{- end }}
