package judge

import (
	"context"
	"errors"

	"github.com/getkin/kin-openapi/openapi3"
)

func askKinOpenAPI(job Job) []Finding {
	doc, err := openapi3.NewLoader().LoadFromFile(job.Path)
	if err != nil {
		return unreadable(err)
	}
	err = doc.Validate(context.Background(),
		openapi3.EnableMultiError(),
		openapi3.EnableExamplesValidation(),
		openapi3.EnableSchemaDefaultsValidation(),
		openapi3.EnableSchemaPatternValidation(),
	)
	var findings []Finding
	for _, leaf := range leaves(err) {
		findings = append(findings, Finding{Rule: "invalid", Message: leaf.Error()})
	}
	return findings
}

// leaves flattens the tree that the validator's errors come in.
func leaves(err error) []error {
	if err == nil {
		return nil
	}
	var many openapi3.MultiError
	if !errors.As(err, &many) {
		return []error{err}
	}
	var all []error
	for _, one := range many {
		all = append(all, leaves(one)...)
	}
	return all
}
