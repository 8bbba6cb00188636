package asyncapi

import (
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
)

// securityRef refers to the way in which a broker knows who sends and receives.
func securityRef(technology string) []any {
	return []any{tree.Of("$ref", "#/components/securitySchemes/"+technology)}
}

// securitySchemes prints one for each broker of the document's channels.
func (d *document) securitySchemes(channels []*arch.Channel) *tree.Map {
	out := &tree.Map{}
	for i := range d.arch.Broker {
		if b := &d.arch.Broker[i]; carriesAny(b, channels) {
			out.Set(b.Technology, d.scheme(b))
		}
	}
	return out
}

// scheme is how the broker itself authenticates services: the clouds' own by signed
// requests or tokens, a table by the account of its database, the others by the
// certificate of the service.
func (d *document) scheme(b *arch.Broker) *tree.Map {
	who := string(d.context.Deployable)
	for _, p := range d.arch.Security.Services {
		if p.Deployable == d.context.Deployable {
			who = p.ID
		}
	}
	switch {
	case b.Kind == tableKind:
		return tree.Of("type", "userPassword", "description", fmt.Sprintf("The account of %s in its own database.", who))
	case b.Technology == "sqs" || b.Technology == "kinesis":
		return tree.Of("type", "http", "scheme", "aws4-hmac-sha256", "description", fmt.Sprintf("Requests signed under the role of %s.", who))
	case b.Technology == "servicebus":
		return tree.Of("type", "http", "scheme", "bearer", "description", fmt.Sprintf("A token of the managed identity of %s.", who))
	}
	return tree.Of("type", "X509", "description", fmt.Sprintf("The certificate of %s.", who))
}
