package spec

import (
	"regexp"
	"strconv"

	"plumb.dev/plumb/diag"
)

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// notYAML turns the library's error into a problem.
func notYAML(src *source, err error) diag.Problem {
	line, msg := 1, err.Error()
	if m := yamlError.FindStringSubmatch(msg); m != nil {
		msg = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
	}
	return diag.Problem{Code: "spec.bad-yaml", Span: src.lineSpan(line), Message: msg}
}
