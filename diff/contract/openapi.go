package contract

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/checker/rules"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
)

// openAPI compares the descriptions of HTTP interfaces, each major version with the
// same one.
func (c *comparer) openAPI(from, to []emit.File) error {
	before, err := describe(from)
	if err != nil {
		return err
	}
	after, err := describe(to)
	if err != nil {
		return err
	}
	for _, old := range before {
		now, err := c.counterpart(old, after)
		if err != nil {
			return err
		}
		calledBefore, calledNow := callouts(old.spec), callouts(now)
		changes, err := oasdiff(old.spec, now)
		if err != nil {
			return fmt.Errorf("%s cannot be compared: %w", old.file, err)
		}
		for _, x := range changes {
			c.addHTTP(old.file, x)
		}
		changes, err = oasdiff(calledBefore, calledNow)
		if err != nil {
			return fmt.Errorf("the webhooks of %s cannot be compared: %w", old.file, err)
		}
		for _, x := range changes {
			c.addCallout(old.file, x)
		}
	}
	return nil
}

// callouts takes the webhooks out of a description and returns them as operations
// whose answer is what the webhook sends. oasdiff judges the body of a webhook as it
// does that of any request, as if the reader of the description sent it; here the
// system does, so that a property more is safe and one less is not.
func callouts(s *load.SpecInfo) *load.SpecInfo {
	var paths []openapi3.NewPathsOption
	for name, item := range s.Spec.Webhooks {
		told := &openapi3.PathItem{}
		for _, op := range item.Operations() {
			about := "what is sent"
			answer := &openapi3.Response{Description: &about}
			if op.RequestBody != nil && op.RequestBody.Value != nil {
				answer.Content = op.RequestBody.Value.Content
			}
			told.Get = &openapi3.Operation{OperationID: op.OperationID, Responses: openapi3.NewResponses(openapi3.WithStatus(200, &openapi3.ResponseRef{Value: answer}))}
		}
		paths = append(paths, openapi3.WithPath("/"+name, told))
	}
	s.Spec.Webhooks = nil
	spec := &openapi3.T{OpenAPI: s.Spec.OpenAPI, Info: s.Spec.Info, Components: s.Spec.Components, Paths: openapi3.NewPaths(paths...)}
	return &load.SpecInfo{Url: s.Url, Spec: spec, Version: s.Version}
}

// addCallout reports one change of what a webhook sends.
func (c *comparer) addCallout(file string, x checker.Change) {
	name := strings.TrimPrefix(x.GetPath(), "/")
	if name == "" {
		return // components, which the interface itself has told of
	}
	e := effectOf(x.GetId())
	if e == gone {
		e = lost
	}
	c.add(Finding{
		Contract: file, Format: "openapi", Rule: x.GetId(), Level: levelOf(x.GetLevel()), Place: "webhook " + name,
		What: overHTTP(said(x)), Users: c.users.webhook(name),
	}, e)
}

// description is a file that was read.
type description struct {
	file  string
	major int
	spec  *load.SpecInfo
}

func describe(files []emit.File) ([]description, error) {
	var out []description
	for _, f := range files {
		spec, err := load.NewSpecInfoFromData(openapi3.NewLoader(), f.Data, f.Path)
		if err != nil {
			return nil, unreadable(f.Path, err)
		}
		out = append(out, description{f.Path, major(spec.Version), spec})
	}
	return out, nil
}

// major is the first number of a semantic version; 1 where there is none.
func major(version string) int {
	first, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	n, err := strconv.Atoi(first)
	if err != nil {
		return 1
	}
	return n
}

// counterpart is the same major version of the same contract; one without any
// operation where it was taken away.
func (c *comparer) counterpart(old description, list []description) (*load.SpecInfo, error) {
	for _, d := range list {
		if family(d.file) == family(old.file) && d.major == old.major {
			return d.spec, nil
		}
	}
	empty := fmt.Sprintf("{openapi: %q, info: {title: %q, version: %q}, paths: {}}", old.spec.Spec.OpenAPI, "gone", old.spec.Version)
	return load.NewSpecInfoFromData(openapi3.NewLoader(), []byte(empty), old.file)
}

// oasdiff runs all of oasdiff's checks, those of no consequence included. Left out are
// those that hold the number of the version against the changes: what a version is
// here, a decision of the design says.
func oasdiff(from, to *load.SpecInfo) (checker.Changes, error) {
	report, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), from, to)
	if err != nil {
		return nil, err
	}
	all := checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), report, sources, checker.INFO)
	return slices.DeleteFunc(all, func(x checker.Change) bool { return ruleOf()[x.GetId()].Area == rules.AreaInfo }), nil
}

// addHTTP reports one change of an HTTP interface.
func (c *comparer) addHTTP(file string, x checker.Change) {
	f := Finding{
		Contract: file, Format: "openapi", Rule: x.GetId(), Level: levelOf(x.GetLevel()),
		Place: strings.TrimSpace(x.GetOperation() + " " + x.GetPath()), What: said(x),
	}
	f.Place = cmp.Or(f.Place, x.GetSection())
	op := c.users.operation(file, func(o *arch.Operation) bool {
		return string(o.ID) == x.GetOperationId() || o.REST != nil && o.REST.Method == x.GetOperation() && o.REST.Path == x.GetPath()
	})
	f.Users = c.users.of(file, op)
	e := effectOf(x.GetId())
	if e == gone {
		if to := c.movedTo(file, op); to != "" {
			f.What += "; it is in " + to + " now"
			f.Remedy = "keep answering at the old address, or send callers on from there"
		} else if c.users.internal(file) {
			e, f.Level = order, Dangerous
		}
	}
	c.add(f, e)
}

// movedTo is the contract that has an operation now.
func (c *comparer) movedTo(file string, op *arch.Operation) string {
	if op == nil {
		return ""
	}
	for i := range c.to.Arch.APIs {
		api := &c.to.Arch.APIs[i]
		if api.File != file && c.users.apis[api.File] == nil && api.Style == c.users.apis[file].Style && slices.Contains(api.Operations, op.ID) {
			return api.File
		}
	}
	return ""
}

func levelOf(l checker.Level) Level {
	switch {
	case l >= checker.ERR:
		return Breaking
	case l >= checker.WARN:
		return Dangerous
	default:
		return Safe
	}
}

// httpWords are what oasdiff says of a successful answer, which a message is not.
var httpWords = regexp.MustCompile(" (from|to|in|of|for) (the )?(response with the |response status |response with status |status )`?200`?( status)?")

// overHTTP takes from a sentence what is true of answers alone.
func overHTTP(said string) string {
	return strings.NewReplacer("response's property", "property", "response property", "property", "request's property", "property",
		"request property", "property").Replace(httpWords.ReplaceAllString(said, ""))
}

var localized = sync.OnceValue(checker.NewDefaultLocalizer)

// said is oasdiff's own sentence about a change.
func said(x checker.Change) string { return x.GetUncolorizedText(localized()) }

// ruleOf are oasdiff's rules with what they are about, by id.
var ruleOf = sync.OnceValue(func() map[string]rules.Rule {
	out := map[string]rules.Rule{}
	for _, r := range checker.GetAllRules() {
		out[r.Id] = r.Rule
	}
	return out
})

// effectOf is what a change of oasdiff's rule does: requests may only widen,
// responses may only narrow.
func effectOf(rule string) effect {
	r, known := ruleOf()[rule]
	switch {
	case strings.HasPrefix(rule, "api-") && strings.Contains(rule, "removed") && known && r.Area == rules.AreaPaths:
		return gone
	case known && r.Area == rules.AreaSecurity:
		return rights
	case known && r.Direction == rules.DirectionRequest && strings.Contains(rule, "removed") && r.Kind == rules.KindExistence:
		return ignored
	case known && r.Direction == rules.DirectionRequest:
		return stricter
	case known && (strings.Contains(rule, "removed") && r.Kind == rules.KindExistence || strings.Contains(rule, "became-optional")):
		return missing
	default:
		return looser
	}
}
