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
{{- range dig "alerts" "sinks" list .Values.config }}{{ if eq .type "kubernetes-event" }}yes{{ end }}{{ end }}
{{- end }}

{{- /* "yes" when the API server is needed: a token, and a way to it. */}}
{{- define "podtree.usesApi" -}}
{{- if or (include "podtree.makesEvents" .) .Values.kubernetesMetadata.enabled }}yes{{ end }}
{{- end }}
