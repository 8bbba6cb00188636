package build

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Files: where they are kept, and the two operations by which they are sent and fetched.
// Records hold their ids alone, so that a list of records is as short as before.

// files lists where the files of each aggregate are kept.
func (b *builder) files() {
	for _, a := range b.m.Aggregates {
		owner, chosen := b.owner[a], b.p.Filed(a)
		if owner == nil || chosen == "" {
			continue
		}
		id := subject(a.Name, "files")
		f := arch.FileStore{
			ID: fact.Kebab(a.Name) + "-files", Of: a.Path, Deployable: owner.Unit.ID, Where: "object-store", Technology: b.p.Word(id, "technology"), Through: "service",
			Size: b.p.Parameter(id, "size"), Bytes: b.p.Parameter(id, "bytes"), Retained: value(fact.Duration, a.Retained),
			Address: b.p.Parameter(id, "address"), Abandoned: b.p.Parameter(id, "abandoned"), Cool: b.p.Parameter(id, "cool"), Saved: b.p.Parameter(id, "saved"),
			Trace: arch.Trace{Serves: []arch.Path{a.Path}, By: b.by(id)},
		}
		for _, name := range a.FileFields() {
			f.Fields = append(f.Fields, fact.Camel(name))
		}
		switch chosen {
		case "rows":
			f.Where, f.Technology = "database", string(b.p.Choice(subject(string(owner.ID), "store")))
		case "signed":
			f.Through = "address"
		}
		if t, ok := b.p.Catalog.Technology(f.Technology); ok && f.Where == "object-store" {
			if product, managed := t.Managed(b.m.Context.Platform.Cloud); managed {
				f.Product = product.Value
			}
		}
		for _, op := range b.a.Operations {
			switch op.ID {
			case sendsFile(a):
				f.Send = op.ID
			case fetchesFile(a):
				f.Fetch = op.ID
			}
		}
		b.a.Files = append(b.a.Files, f)
	}
}

func sendsFile(a *model.Aggregate) arch.OperationID {
	return arch.OperationID(fact.Camel("send_" + a.Name + "_file"))
}

func fetchesFile(a *model.Aggregate) arch.OperationID {
	return arch.OperationID(fact.Camel("fetch_" + a.Name + "_file"))
}

// fileOperations makes, for each aggregate with files that somebody sends or reads, the
// operations that do.
func (b *builder) fileOperations() {
	for _, a := range b.m.Aggregates {
		if b.owner[a] == nil || b.p.Filed(a) == "" {
			continue
		}
		var send, read []*model.UseCase
		for _, u := range b.m.UseCases {
			switch {
			case !u.Asked() || len(u.By) == 0:
			case u.FileBytes.Known() && slices.Contains(u.Writes(), a):
				send = append(send, u)
				read = append(read, u)
			case slices.ContainsFunc(u.Reads, func(r model.Read) bool { return r.Aggregate == a }) && len(u.Writes()) == 0:
				read = append(read, u)
			}
		}
		b.sendFile(a, send)
		b.fetchFile(a, read)
	}
}

// fileOperation is what both have in common: those may call it who may call one of the
// use cases.
func (b *builder) fileOperation(id arch.OperationID, a *model.Aggregate, list []*model.UseCase, kind, verb, act string) arch.Operation {
	u, home := list[0], b.owner[a]
	op := arch.Operation{
		ID: id, Entity: schemaID(a.Name + "_file"), UseCase: u.Path, Kind: kind, Verb: verb, Context: home.ID, Deployable: home.Unit.ID, Consistency: "read-your-writes",
		Auth: b.authorisation(u, a), Timeout: b.deadline(u), Trace: arch.Trace{Serves: []arch.Path{a.Path}, By: b.by(subject(a.Name, "files"))},
	}
	op.Auth.Scope = b.scopeName(a, act)
	for _, x := range list[1:] {
		more := b.authorisation(x, a)
		op.Auth.Anonymous = op.Auth.Anonymous && more.Anonymous
		op.Auth.Roles, op.Auth.Actors = union(op.Auth.Roles, more.Roles), union(op.Auth.Actors, more.Actors)
		if more.Object != op.Auth.Object {
			op.Auth.Object, op.Auth.Owner = "any", ""
		}
	}
	return op
}

// union appends what is not there yet.
func union[E comparable](list, more []E) []E {
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}

func (b *builder) sendFile(a *model.Aggregate, list []*model.UseCase) {
	if len(list) == 0 {
		return
	}
	name, home := fact.Phrase(a.Name), b.owner[a].ID
	op := b.fileOperation(sendsFile(a), a, list, "command", "act", "write")
	one, most := 1.0, b.p.Parameter(subject(a.Name, "files"), "size").N*sizeRoom
	body := []arch.Field{b.mediaType(a)}
	result := []arch.Field{b.fileID(a)}
	if b.p.Filed(a) == "signed" {
		op.About = fmt.Sprintf("Gives an address to which a file of %s is sent by PUT within %s; its id then goes into the %s.", article(a.Name), b.p.Parameter(subject(a.Name, "files"), "address"), name)
		body = append(body,
			arch.Field{Name: "bytes", Required: true, Type: arch.Type{Scalar: arch.ScalarInt, Min: &one, Max: &most}, About: "How long the file is; one of another length is refused.", Example: int(most / sizeRoom)},
			arch.Field{Name: "sha256", Required: true, Type: arch.Type{Scalar: arch.ScalarText, Pattern: "^[0-9a-f]{64}$"}, About: "SHA-256 of the file in hexadecimal; one with another is refused.",
				Example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})
		result = append(result, b.address(a, "sendTo", "PUT"), b.until())
	} else {
		op.About = fmt.Sprintf("Takes a file of %s; its id then goes into the %s.", article(a.Name), name)
		length := int(most * 4 / 3)
		body = append(body, arch.Field{Name: "content", Required: true, Type: arch.Type{Scalar: arch.ScalarBytes, MaxLength: &length}, About: "The file itself, in base64.", Example: plainExamples[model.KindBytes]})
	}
	op.Body = b.add(arch.Schema{ID: schemaID(string(op.ID) + "_request"), Kind: "object", Role: "input", Of: a.Path, Context: home, About: fmt.Sprintf("What the file of %s is.", article(a.Name)), Fields: body})
	op.Result = b.add(arch.Schema{ID: schemaID(a.Name + "_file_sent"), Kind: "object", Role: "result", Of: a.Path, Context: home, About: fmt.Sprintf("Under which id the file of %s is known.", article(a.Name)), Fields: readOnly(result)})
	b.bindFile(&op, list, &arch.RESTBinding{Method: "POST", Path: "/" + fact.Kebab(b.plural(a.Name+" file")), Success: 201})
}

func (b *builder) fetchFile(a *model.Aggregate, list []*model.UseCase) {
	if len(list) == 0 {
		return
	}
	name, home := fact.Phrase(a.Name), b.owner[a].ID
	op := b.fileOperation(fetchesFile(a), a, list, "query", "get", "read")
	id := b.fileID(a)
	id.Name, id.ReadOnly = fact.Camel(a.Name+"_file_id"), false
	op.Input = []arch.Field{id}
	result := []arch.Field{b.mediaType(a)}
	if b.p.Filed(a) == "signed" {
		op.About = fmt.Sprintf("Gives an address from which a file of the %s is fetched by GET within %s.", name, b.p.Parameter(subject(a.Name, "files"), "address"))
		result = append(result, b.address(a, "fetchFrom", "GET"), b.until())
	} else {
		op.About = fmt.Sprintf("Gives a file of the %s.", name)
		result = append(result, arch.Field{Name: "content", Required: true, Type: arch.Type{Scalar: arch.ScalarBytes}, About: "The file itself, in base64.", Example: plainExamples[model.KindBytes]})
	}
	op.Result = b.add(arch.Schema{ID: schemaID(a.Name + "_file"), Kind: "object", Role: "result", Of: a.Path, Context: home, About: fmt.Sprintf("A file of %s.", article(a.Name)), Fields: readOnly(result)})
	b.bindFile(&op, list, &arch.RESTBinding{Method: "GET", Path: "/" + fact.Kebab(b.plural(a.Name+" file")) + "/{" + id.Name + "}", Success: 200, InPath: []arch.Field{id}})
}

// bindFile gives it the protocols of all who use it.
func (b *builder) bindFile(op *arch.Operation, list []*model.UseCase, rest *arch.RESTBinding) {
	plain := false
	for _, u := range list {
		for _, who := range u.By {
			switch b.styleFor(who, op) {
			case "graphql":
				b.bindGraph(op)
			case "grpc":
				b.bindRPC(op)
			default:
				plain = true
			}
		}
	}
	if plain {
		rest.Tag = b.resourceOf(b.aggregate(schemaID(arch.Short(op.Serves[0]))), op).tag
		op.REST = rest
		op.REST.Path = b.free(rest, op)
	}
	op.Errors = b.fileErrors(op)
	b.a.Operations = append(b.a.Operations, *op)
}

// fileErrors are what goes wrong with a file.
func (b *builder) fileErrors(op *arch.Operation) []string {
	codes := b.errorsOf(op, nil, nil)
	e := arch.ErrorType{Code: "file-refused", Title: "File refused", Status: 422, GRPC: "INVALID_ARGUMENT", About: "The file is longer, or of another kind, than is taken here; the detail says which."}
	if op.Kind == "query" {
		e = arch.ErrorType{Code: "file-not-found", Title: "File not found", Status: 404, GRPC: "NOT_FOUND", About: "There is no such file, it was never sent, or it belongs to what the caller may not see; they are not told apart."}
	}
	if b.problems[e.Code] == nil {
		b.problems[e.Code] = &e
	}
	return append(codes, e.Code)
}

// sizeRoom is how many times the usual size a file may have.
const sizeRoom = 4

func (b *builder) fileID(a *model.Aggregate) arch.Field {
	return arch.Field{Name: "file", Required: true, Type: arch.Type{Scalar: arch.ScalarFile}, About: fmt.Sprintf("The id under which the %s refers to it.", fact.Phrase(a.Name)), Example: plainExamples[model.KindFile]}
}

func (b *builder) mediaType(a *model.Aggregate) arch.Field {
	return arch.Field{Name: "mediaType", Required: true, Type: arch.Type{Scalar: arch.ScalarText, MaxLength: intp(127), Pattern: `^[a-z]+/[A-Za-z0-9.+-]+$`}, About: fmt.Sprintf("The media type of the file of the %s.", fact.Phrase(a.Name)), Example: mediaOf(a)}
}

// mediaOf is a media type that the files of an aggregate probably have, as an example.
func mediaOf(a *model.Aggregate) string {
	for _, name := range a.FileFields() {
		for _, w := range fact.Words(name) {
			switch w {
			case "photo", "picture", "image", "avatar", "logo":
				return "image/jpeg"
			case "video", "clip", "film":
				return "video/mp4"
			case "recording", "audio":
				return "audio/mpeg"
			}
		}
	}
	return "application/pdf"
}

func (b *builder) address(a *model.Aggregate, name, method string) arch.Field {
	return arch.Field{Name: name, Required: true, Type: arch.Type{Scalar: arch.ScalarURL}, About: fmt.Sprintf("The signed address for %s; whoever has it has the file of the %s.", method, fact.Phrase(a.Name)),
		Example: "https://files." + b.domain() + "/01JQ3B4T5V6W7X8Y9Z?signature=2f6b"}
}

func (b *builder) until() arch.Field {
	return arch.Field{Name: "until", Required: true, Type: arch.Type{Scalar: arch.ScalarInstant}, About: "When the address stops working.", Example: "2026-03-14T18:35:00Z"}
}

// body is how many bytes of a request pass through a process.
func (b *builder) body(u *model.UseCase) arch.Value {
	if !u.FileBytes.Known() {
		return value(fact.Bytes, u.BytesIn)
	}
	return b.derive(u.Path+".payload.body", fact.Bytes, b.p.Body(u), "what it sends beside files that go by a signed address", u.BytesIn.Fact, u.FileBytes.Fact)
}
