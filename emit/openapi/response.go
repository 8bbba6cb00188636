package openapi

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// responses prints the answers of success, then the problems by status.
func (d *document) responses(op *arch.Operation) *tree.Map {
	out := &tree.Map{}
	out.Set(strconv.Itoa(op.REST.Success), d.success(op, op.REST.Success))
	if op.Async && op.REST.Success != http.StatusAccepted {
		out.Set(strconv.Itoa(http.StatusAccepted), d.success(op, http.StatusAccepted))
	}
	d.failures(op, out)
	return out
}

// success prints one answer.
func (d *document) success(op *arch.Operation, status int) *tree.Map {
	out := tree.Of("description", d.outcome(op, status))
	out.Put("headers", d.headers(op, status))
	if status != http.StatusNoContent && op.Result != "" {
		out.Set("content", d.content(op))
	}
	return out
}

// outcome says in a line what an answer means.
func (d *document) outcome(op *arch.Operation, status int) string {
	about := ""
	if s := d.graph.Get(op.Result); s != nil {
		about = s.About
	}
	thing := fact.Phrase(string(op.Entity))
	switch {
	case status == http.StatusAccepted && op.Follow != "":
		return fmt.Sprintf("Accepted, not yet done: %s tells the outcome. %s", op.Follow, about)
	case status == http.StatusAccepted:
		return "Accepted, not yet done. " + about
	case status == http.StatusCreated:
		return fmt.Sprintf("The new %s. %s", thing, about)
	case status == http.StatusNoContent:
		return op.About
	case op.Paging != nil:
		return fmt.Sprintf("A page of %s.", d.several(op.Result))
	case about == "":
		return op.About
	case answersRun(op):
		return d.run(answerMedia(op), op.Result)
	}
	return about
}

// content prints the body of an answer: one result, a page of them, a file or a
// stream.
func (d *document) content(op *arch.Operation) *tree.Map {
	switch {
	case op.Paging != nil:
		return tree.Of(d.json(), tree.Of("schema", d.page(op), "example", d.pageExample(op)))
	case answersRun(op):
		media := answerMedia(op)
		if !textual(media) {
			return tree.Of(media, tree.Of("schema", tree.Of("contentMediaType", media)))
		}
		return tree.Of(media, d.records(media, op.Result, d.schemas.Ref(op.Result)))
	}
	return tree.Of(d.json(), d.shared.body(d.schemas.Ref(op.Result), op.Result))
}

// answersRun reports whether the answer is a file or a stream.
func answersRun(op *arch.Operation) bool {
	return op.Stream == "out" || op.Verb == "report" && op.REST.Media != ""
}

func answerMedia(op *arch.Operation) string {
	if op.REST.Media == "" {
		return mediaEvents
	}
	return op.REST.Media
}

// textual media types are written record by record.
func textual(media string) bool {
	return media == mediaEvents || media == mediaRecords || media == mediaTable
}

// page prints the object around the results of a list.
func (d *document) page(op *arch.Operation) *tree.Map {
	things := d.several(op.Result)
	if searches(op) { // a URL does not lead to its next page
		return d.schemas.Own(string(op.Result)+"Found", func() *tree.Map {
			return tree.Of("description", fmt.Sprintf("A page of %s.", things), "type", "object", "required", []any{"items"},
				"properties", d.items(op))
		})
	}
	return d.schemas.Own(string(op.Result)+"Page", func() *tree.Map {
		return tree.Of("description", fmt.Sprintf("A page of %s.", things), "type", "object", "required", []any{"items", "links"},
			"properties", d.items(op).Set("links", d.schemas.Own("PageLinks", pageLinks)))
	})
}

// items are what a page of a list holds, and where the next begins.
func (d *document) items(op *arch.Operation) *tree.Map {
	things := d.several(op.Result)
	return tree.Of(
		"items", tree.Of("description", fmt.Sprintf("The %s of this page, in the order asked for.", things), "type", "array", "items", d.schemas.Ref(op.Result)),
		"nextCursor", tree.Of("description", fmt.Sprintf("Where the next %s begin; left out on the last page.", things), "type", "string"))
}

func pageLinks() *tree.Map {
	link := func(about string) *tree.Map {
		return tree.Of("description", about, "type", "string", "format", "uri")
	}
	return tree.Of("description", "This page and the next, with the same filters and order.", "type", "object", "required", []any{"self"},
		"properties", tree.Of("self", link("This page."), "next", link("The next page; left out on the last.")))
}

// cursorExample is an opaque text of the length that cursors have.
const cursorExample = "eyJrIjpbIjIwMjYtMTEtMjAiLCIwMUpEM1EiXX0"

func (d *document) pageExample(op *arch.Operation) *tree.Map {
	out := tree.Of("items", []any{d.graph.Example(op.Result)}, "nextCursor", cursorExample)
	if searches(op) {
		return out
	}
	self := d.location(op)
	return out.Set("links", tree.Of("self", self, "next", self+"?cursor="+cursorExample))
}

// location is the URL of an operation with the examples of its path parameters.
func (d *document) location(op *arch.Operation) string {
	api := d.published[op.ID]
	if api == nil {
		api = d.api
	}
	path := op.REST.Path
	for _, f := range op.REST.InPath {
		path = strings.ReplaceAll(path, "{"+f.Name+"}", fmt.Sprint(d.graph.FieldExample(f)))
	}
	return base(api) + path
}

// headers prints those of an answer of success.
func (d *document) headers(op *arch.Operation, status int) *tree.Map {
	out := &tree.Map{}
	if status == http.StatusCreated || status == http.StatusAccepted {
		if to := d.target(op, status); to != nil {
			out.Set("Location", tree.Of("description", fmt.Sprintf("Where %s finds it.", to.ID),
				"schema", tree.Of("type", "string", "format", "uri"), "example", d.location(to)))
		}
	}
	if d.carriesVersion(op) && status != http.StatusAccepted {
		out.Set("ETag", d.shared.use("headers", "ETag"))
	}
	if op.Verb == "report" && answersRun(op) {
		out.Set("Content-Disposition", tree.Of("description", "Name of the file.", "schema", tree.Of("type", "string"),
			"example", fmt.Sprintf("attachment; filename=%q", fact.Kebab(string(op.ID))+extension(op.REST.Media))))
	}
	if op.Cacheable && bounded(op) {
		out.Set("Cache-Control", tree.Of("description", fmt.Sprintf("May be kept for %s.", op.Staleness),
			"schema", tree.Of("type", "string"), "example", cacheControl(op)))
	}
	if op.RateLimit != nil {
		out.Set("RateLimit-Policy", tree.Of("description", fmt.Sprintf("%s at once per %s, %s over time.", op.RateLimit.Burst, op.RateLimit.Per, op.RateLimit.Rate),
			"schema", tree.Of("type", "string"), "example", policy(op)))
		out.Set("RateLimit", d.shared.use("headers", "RateLimit"))
	}
	if op.Deprecated != "" {
		for _, name := range []string{"Deprecation", "Sunset", "Link"} {
			out.Set(name, d.shared.use("headers", name))
		}
	}
	return out
}

// carriesVersion reports whether an answer is one entity that is changed under the
// version that was read.
func (d *document) carriesVersion(op *arch.Operation) bool {
	return op.Result != "" && op.Result == op.Entity && d.versioned[op.Entity] && op.Paging == nil && op.Stream == ""
}

// extension is how the names of files of a media type end, "" where it is not known.
func extension(media string) string {
	switch media {
	case mediaTable:
		return ".csv"
	case "application/pdf":
		return ".pdf"
	case "application/zip":
		return ".zip"
	}
	return ""
}

// target is the operation that Location leads to: what follows an accepted request,
// or reads what was created.
func (d *document) target(op *arch.Operation, status int) *arch.Operation {
	if status == http.StatusAccepted {
		if follow := d.operations[op.Follow]; follow != nil && follow.REST != nil {
			return follow
		}
	}
	return d.readers[op.Entity]
}

func cacheControl(op *arch.Operation) string {
	scope := "private"
	if op.Auth.Anonymous {
		scope = "public"
	}
	return fmt.Sprintf("%s, max-age=%d", scope, int(op.Staleness.N))
}

// policy is the quota of an operation as a RateLimit-Policy: the burst within the
// time in which the rate refills it.
func policy(op *arch.Operation) string {
	window := 1.0
	if r := op.RateLimit.Rate.N; r > 0 {
		window = math.Max(1, math.Ceil(op.RateLimit.Burst.N/r))
	}
	return fmt.Sprintf(`"%s";q=%d;w=%d`, op.ID, int(math.Max(1, op.RateLimit.Burst.N)), int(math.Min(window, math.MaxInt32)))
}
