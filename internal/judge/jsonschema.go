package judge

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// newCompiler returns a compiler that knows the documents it is given and no
// others: nothing is fetched.
func newCompiler(draft *jsonschema.Draft) *jsonschema.Compiler {
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(draft)
	compiler.AssertFormat()
	compiler.UseLoader(noLoader{})
	return compiler
}

type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s stands in no judged file", url)
}

// documentURL is the address that a judged document gets; it is never fetched.
const documentURL = "judge:///document"

func compileFile(path string, draft *jsonschema.Draft) (*jsonschema.Schema, error) {
	value, err := readValue(path)
	if err != nil {
		return nil, err
	}
	compiler := newCompiler(draft)
	if err := compiler.AddResource(documentURL, value); err != nil {
		return nil, err
	}
	return compiler.Compile(documentURL)
}

func askMetaSchema(job Job) []Finding {
	_, err := compileFile(job.Path, jsonschema.Draft2020)
	if err == nil {
		return nil
	}
	var invalid *jsonschema.SchemaValidationError
	if errors.As(err, &invalid) {
		return violations(invalid.Err)
	}
	return []Finding{{Rule: "invalid", Message: err.Error()}}
}

func askExample(job Job) []Finding {
	schema, err := compileFile(job.Schema, jsonschema.Draft2020)
	if err != nil {
		return unreadable(err)
	}
	value, err := readValue(job.Path)
	if err != nil {
		return unreadable(err)
	}
	return violations(schema.Validate(value))
}

// askAsyncAPISchema validates a document against the JSON Schema that the
// AsyncAPI initiative publishes for its version in the npm package
// @asyncapi/specs (Apache 2.0), which the AsyncAPI parser brings along.
func askAsyncAPISchema(job Job) []Finding {
	value, err := readValue(job.Path)
	if err != nil {
		return unreadable(err)
	}
	top, _ := value.(map[string]any)
	version, _ := top["asyncapi"].(string)
	if !regexp.MustCompile(`^3\.\d+\.\d+$`).MatchString(version) {
		return []Finding{{Rule: "version", Message: fmt.Sprintf("not an AsyncAPI 3 document: asyncapi is %q", version), Place: "/asyncapi"}}
	}
	root, err := moduleRoot()
	if err != nil {
		return unreadable(err)
	}
	schema, err := compileFile(filepath.Join(root, nodeDir, "node_modules/@asyncapi/specs/schemas", version+".json"), jsonschema.Draft7)
	if err != nil {
		return unreadable(err)
	}
	return violations(schema.Validate(value))
}

// violations turns a validation error into a finding for each cause that has no
// deeper one.
func violations(err error) []Finding {
	if err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []Finding{{Rule: "invalid", Message: err.Error()}}
	}
	english := message.NewPrinter(language.English)
	var findings []Finding
	var descend func(*jsonschema.ValidationError)
	descend = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			descend(cause)
		}
		if len(e.Causes) > 0 {
			return
		}
		rule := "invalid"
		if keyword := e.ErrorKind.KeywordPath(); len(keyword) > 0 {
			rule = keyword[len(keyword)-1]
		}
		findings = append(findings, Finding{
			Rule:    rule,
			Message: e.ErrorKind.LocalizedString(english),
			Place:   pointer(e.InstanceLocation...),
		})
	}
	descend(invalid)
	return findings
}
