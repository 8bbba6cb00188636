package judge

import "slices"

// here is the table of the judges that run in this process, a line each. A
// judge returns findings with rule, message and place; the rest is filled in.
func here() []local {
	return []local{
		// The library that plumb builds descriptions with, reading back what was written.
		{"kin-openapi", []Kind{OpenAPI}, askKinOpenAPI, false},
		// Examples, defaults and messages, each against the schema it stands beside.
		{"examples", []Kind{OpenAPI, AsyncAPI}, askExamples, false},
		// The published JSON Schema of AsyncAPI: stricter on misspelt keys than the parser.
		{"asyncapi-schema", []Kind{AsyncAPI}, askAsyncAPISchema, true},
		// A second reading of the GraphQL specification, independent of graphql-js.
		{"gqlparser", []Kind{GraphQL}, askGQLParser, false},
		// The compiler inside buf, without buf's configuration; unused imports are findings.
		{"protocompile", []Kind{Protobuf}, askProtocompile, false},
		// A second reading of JSON Schema, independent of Ajv.
		{"jsonschema", []Kind{JSONSchema}, askMetaSchema, false},
		{"jsonschema-example", []Kind{Example}, askExample, false},
	}
}

type local struct {
	tool  string
	kinds []Kind
	ask   func(Job) []Finding
	// packaged says that the judge reads a file of the JavaScript packages.
	packaged bool
}

// askHere puts the jobs before the judges of this process, or before those of
// them that need no package where packages is false.
func askHere(jobs []Job, packages bool) heard {
	var all heard
	for _, judge := range here() {
		if judge.packaged && !packages {
			continue
		}
		for _, job := range jobs {
			if !slices.Contains(judge.kinds, job.Kind) {
				continue
			}
			all.judged = append(all.judged, hearing{judge.tool, job})
			for _, f := range judge.ask(job) {
				f.Job, f.Tool, f.Severity = job, judge.tool, "error"
				all.findings = append(all.findings, f)
			}
		}
	}
	return all
}

// unreadable is the finding of a judge that could not even begin.
func unreadable(err error) []Finding {
	return []Finding{{Rule: "unreadable", Message: err.Error()}}
}
