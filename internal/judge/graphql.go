package judge

import (
	"errors"
	"fmt"
	"os"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

func askGQLParser(job Job) []Finding {
	text, err := os.ReadFile(job.Path)
	if err != nil {
		return unreadable(err)
	}
	_, err = gqlparser.LoadSchema(&ast.Source{Name: job.name(), Input: string(text)})
	if err == nil {
		return nil
	}
	finding := Finding{Rule: "invalid", Message: err.Error()}
	var located *gqlerror.Error
	if errors.As(err, &located) {
		finding.Message = located.Message
		if len(located.Locations) > 0 {
			finding.Place = fmt.Sprintf("%d:%d", located.Locations[0].Line, located.Locations[0].Column)
		}
	}
	return []Finding{finding}
}
