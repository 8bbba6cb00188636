package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Lists, and requests that come twice.

var pagingQuestion = question{"paging", "interface", "Pages of %s",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool {
			return u.Result == "list" && u.Asked() && len(u.Reads) > 0
		}, ofUseCase)
	}, fillPaging,
	"Asked of each list. What one full answer would weigh (instances x size) is held against a page; offsets cost the rows they skip, and skip or repeat rows when others are inserted while paging: inflow x the time between two pages. Options: none (the whole list), offset, keyset (a cursor over an indexed, unique order). Parameters page, page-max."}

var (
	readPause  = &assumption{"decide.page-pause", fact.Duration, 20, 3, 120, "time a person takes between two pages"}
	wholeList  = &assumption{"decide.whole-list", fact.Count, 1000, 200, 5000, "rows of the largest list that is sent whole"}
	complaints = &assumption{"decide.page-complaints", fact.Share, 1e-5, 1e-7, 1e-3, "share of pages with a skipped or repeated row of which somebody asks why"}
	skipCost   = &assumption{"decide.offset-skip", fact.Duration, 2e-6, 5e-7, 1e-5, "time the store takes to skip one row of an offset"}
)

func fillPaging(s *sheet) {
	u := s.UseCase
	s.paced(u)
	a := u.Reads[0].Aggregate
	rows := s.n(a.Instances)
	bytes := rows * math.Max(1, s.n(a.Size))
	shifted := s.n(a.Inflow) * s.k(readPause)
	pages := s.n(u.Load.Average) * monthSeconds
	scan, page := s.reference("work.read-list-p99"), s.reference("limits.page-size-default")
	whole := s.none("the whole list")
	whole.outIf(rows > s.k(wholeList), a.Path, "%s instances, %s in one answer", num(rows), size(bytes))
	offset := s.option("offset", "a cursor that counts rows")
	keyset := s.option("keyset", "a cursor over an indexed, unique order")
	whole.score(critLatency, scan*math.Max(1, rows/page/10), "%s rows", num(rows)).score(critLoss, 0, "one picture").score(critBuild, 0, "nothing")
	offset.score(critLatency, scan+rows/2*s.k(skipCost), "a page in the middle skips %s rows", num(rows/2)).
		score(critLoss, math.Min(1, shifted)*pages*s.k(complaints), "%s new rows between two pages shift the next", num(shifted)).score(critBuild, 0.3, "a number")
	keyset.score(critLatency, scan, "starts where the last page ended").score(critLoss, 0, "no row is skipped or repeated").score(critBuild, 0.6, "a signed cursor and an index")
	s.concrete(func(o option) {
		if s.options[o.i].ID == "offset" {
			s.test("all pages of %s are read while nothing changes: each row comes exactly once, in order", u.Name)
		}
		if s.options[o.i].ID != "none" {
			o.param("page", fact.Count, s.reference("limits.page-size-default"), "items when nothing is asked")
			o.param("page-max", fact.Count, s.reference("limits.page-size-max"), "bounds the work of one request")
		}
	})
	s.undo(2)
	s.requires(u.Path)
	s.say("%s instances of %s at the horizon, %s new between two pages", num(rows), a.Name, num(shifted))
	s.flip("there are more than %s of %s", num(s.k(wholeList)), a.Name)
	s.test("rows are inserted and deleted while all pages of %s are read: each row that was there throughout comes exactly once", u.Name)
}

var idempotencyQuestion = question{"idempotency", "interface", "Repeats of %s",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool {
			return u.Asked() && (alters(u) || u.ActsOutside()) && !streamsByRPC(u)
		}, ofUseCase)
	}, fillIdempotency,
	"Asked of each use case that changes something on request, here or with others. A lifecycle step and a full update have no second effect by themselves; what creates, takes from something contended or adds to a history has: repeats a month are requests x the share whose answer is lost. A unique field of the caller's own serves as key where there is one, a header otherwise; keys are kept as long as a client may repeat. Options: none, business-key, header. Parameter retention (s); word key: the field."}

var (
	lostAnswers = &assumption{"decide.lost-answers", fact.Share, 0.001, 0.0001, 0.01,
		"share of requests whose answer does not arrive and which the client repeats: mobile networks, time limits, releases"}
	repeatFor = &assumption{"decide.repeat-window", fact.Duration, 86400, 3600, 7 * 86400, "how long a client may repeat a request it has no answer to"}
)

func fillIdempotency(s *sheet) {
	u := s.UseCase
	repeats := s.n(u.Load.Average) * monthSeconds * s.k(lostAnswers)
	twice := actsTwice(u)
	none := s.none("repeating it changes nothing more")
	none.outIf(twice != "", u.Path, "a repeat would %s again, %s times a month", twice, num(repeats))
	none.score(critBuild, 0, "nothing").score(critLoss, 0, "no second effect")
	key := businessKey(u)
	if key != "" {
		s.option("business-key", "the caller's own unique field as key").
			score(critBuild, 0.3, "a unique index").score(critLoss, 0, "the second is recognised")
	}
	s.option("header", "Idempotency-Key header, answer kept and replayed").
		score(critBuild, 0.7, "a table of keys with answers").score(critLoss, 0, "the second gets the first's answer")
	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "business-key":
			o.param("retention", fact.Duration, math.Max(s.k(repeatFor), s.n(s.primaryRetention(u))), "as long as the thing itself is kept").word("key", key)
		case "header":
			o.param("retention", fact.Duration, s.k(repeatFor), "as long as a client may repeat")
		}
	})
	s.undo(1)
	s.requires(u.Path)
	if twice == "" {
		s.say("a repeat finds %s done and changes nothing", u.Name)
	} else {
		s.say("%s repeats a month would each %s again", num(repeats), twice)
	}
	s.flip("%s creates something, takes from what is contended or adds to a history", u.Name)
	s.test("%s is sent twice at once and once again later with the same key: one effect, three equal answers", u.Name)
}

// actsTwice says what a repeat of the use case would do a second time, "" for
// nothing: lifecycle steps are refused the second time and shield what else
// happens in their transaction; updates and deletes leave the same state.
func actsTwice(u *model.UseCase) string {
	if len(u.Creates) > 0 {
		return "create " + fact.Phrase(u.Creates[0].Name)
	}
	if len(u.Moves) > 0 {
		return ""
	}
	for i := range u.Calls {
		if x := u.Calls[i].External; !x.Idempotent {
			return "ask " + fact.Phrase(x.Name)
		}
	}
	for _, a := range u.Changes {
		if a.Contended != "" || a.History == "required" {
			return "change " + fact.Phrase(a.Name)
		}
	}
	return ""
}

// businessKey is a unique field that the caller states when creating.
func businessKey(u *model.UseCase) string {
	for _, a := range u.Creates {
		at := slices.IndexFunc(a.Fields, func(f *model.Field) bool { return f.Unique && !f.Optional && f.Kind != model.KindInstant })
		if at >= 0 {
			return fact.Camel(a.Fields[at].Name)
		}
	}
	return ""
}

// primaryRetention is how long what a use case creates is kept: for as long as the system
// is planned where nothing was said.
func (s *sheet) primaryRetention(u *model.UseCase) fact.Number {
	if len(u.Creates) == 0 {
		return fact.Number{}
	}
	if kept := u.Creates[0].Retained; kept.Known() {
		return kept
	}
	return s.model.Context.Horizon
}
