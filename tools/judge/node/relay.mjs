// Relay's rules for a server, from its two specifications:
//
//   [connections]     GraphQL Cursor Connections Specification, https://relay.dev/graphql/connections.htm
//   [identification]  GraphQL Global Object Identification Specification,
//                     https://relay.dev/graphql/objectidentification.htm
//
// and the shape of mutations that Relay's clients and server libraries share:
//
//   [mutations]       GraphQL Server Specification, "Mutations", https://relay.dev/docs/guides/graphql-server-specification/
//
// A rule is an id, the section it states, and a check that yields {place, message} for each breach. What
// only running code could show (a refetched object is the same object, an order is kept) has no rule here.

import {
  getNamedType, getNullableType, GraphQLID, GraphQLInt, GraphQLString, GraphQLBoolean, isInputObjectType,
  isInterfaceType, isListType, isNonNullType, isObjectType, isScalarType,
} from 'graphql'

export const relayRules = [
  { id: 'relay/node-interface', states: '[identification] Node Interface', check: checkNodeInterface },
  { id: 'relay/node-field', states: '[identification] Node root field', check: checkNodeField },
  { id: 'relay/nodes-field', states: '[identification] Plural identifying root fields', check: checkNodesField },
  { id: 'relay/page-info', states: '[connections] PageInfo', check: checkPageInfo },
  { id: 'relay/connection-object', states: '[connections] Connection Types', check: checkConnectionObject },
  { id: 'relay/connection-edges', states: '[connections] Edges', check: checkConnectionEdges },
  { id: 'relay/connection-page-info', states: '[connections] Connection Types, PageInfo', check: checkConnectionPageInfo },
  { id: 'relay/edge-node', states: '[connections] Edge Types, Node', check: checkEdgeNode },
  { id: 'relay/edge-cursor', states: '[connections] Edge Types, Cursor', check: checkEdgeCursor },
  { id: 'relay/pagination-arguments', states: '[connections] Arguments', check: checkPaginationArguments },
  { id: 'relay/size-argument', states: '[connections] first and last', check: checkSizeArguments },
  { id: 'relay/cursor-argument', states: '[connections] after and before', check: checkCursorArguments },
  { id: 'relay/mutation-input', states: '[mutations] one non-null input object', check: checkMutationInput },
  { id: 'relay/mutation-payload', states: '[mutations] an object named after the mutation', check: checkMutationPayload },
]

// --- identification

function* checkNodeInterface(schema) {
  const node = schema.getType('Node')
  if (!isInterfaceType(node)) {
    yield { place: 'Node', message: 'the schema must have an interface named Node' }
    return
  }
  const fields = Object.values(node.getFields())
  if (fields.length !== 1 || fields[0].name !== 'id' || !isNonNullOf(fields[0].type, GraphQLID)) {
    yield { place: 'Node', message: 'Node must have exactly one field, id: ID!' }
  }
}

function* checkNodeField(schema) {
  const field = schema.getQueryType()?.getFields().node
  if (!field) {
    yield { place: 'Query.node', message: 'the query type must have a field node(id: ID!): Node' }
    return
  }
  if (field.type !== schema.getType('Node')) {
    yield { place: 'Query.node', message: `node must return Node, which may be null; it returns ${field.type}` }
  }
  if (field.args.length !== 1 || field.args[0].name !== 'id' || !isNonNullOf(field.args[0].type, GraphQLID)) {
    yield { place: 'Query.node', message: 'node must take exactly one argument, id: ID!' }
  }
}

/** The field is optional; clients know it by its name, so that one which is there must keep to the rules. */
function* checkNodesField(schema) {
  const field = schema.getQueryType()?.getFields().nodes
  if (!field) return
  const ids = field.args[0]?.type
  const takesList = isNonNullType(ids) && isListType(ids.ofType) && isNonNullOf(ids.ofType.ofType, GraphQLID)
  if (field.args.length !== 1 || !takesList) {
    yield { place: 'Query.nodes', message: 'nodes must take exactly one argument, a list [ID!]!' }
  }
  const list = getNullableType(field.type)
  if (!isListType(list) || getNullableType(list.ofType) !== schema.getType('Node')) {
    yield { place: 'Query.nodes', message: `nodes must return a list of Node; it returns ${field.type}` }
  }
}

// --- connections

/** Without a connection nothing needs PageInfo, and a type that nothing needs would be noise. */
function* checkPageInfo(schema) {
  if (connections(schema).length === 0) return
  const info = schema.getType('PageInfo')
  if (!isObjectType(info)) {
    yield { place: 'PageInfo', message: 'the schema must have an object named PageInfo' }
    return
  }
  const fields = info.getFields()
  for (const name of ['hasPreviousPage', 'hasNextPage']) {
    if (!isNonNullOf(fields[name]?.type, GraphQLBoolean)) {
      yield { place: `PageInfo.${name}`, message: `PageInfo must have ${name}: Boolean!` }
    }
  }
  for (const name of ['startCursor', 'endCursor']) {
    if (!serialisesAsString(fields[name]?.type)) {
      yield { place: `PageInfo.${name}`, message: `PageInfo must have ${name}, an opaque string` }
    }
  }
}

function* checkConnectionObject(schema) {
  for (const type of userTypes(schema)) {
    if (type.name.endsWith('Connection') && !isObjectType(type)) {
      yield { place: type.name, message: 'a type whose name ends in Connection must be an object' }
    }
  }
}

function* checkConnectionEdges(schema) {
  for (const connection of connections(schema)) {
    if (!edgeOf(connection)) {
      yield { place: connection.name, message: 'a connection must have a field edges that returns a list of an edge object' }
    }
  }
}

function* checkConnectionPageInfo(schema) {
  for (const connection of connections(schema)) {
    const field = connection.getFields().pageInfo
    if (!isNonNullType(field?.type) || field.type.ofType.name !== 'PageInfo') {
      yield { place: connection.name, message: 'a connection must have a field pageInfo: PageInfo!' }
    }
  }
}

function* checkEdgeNode(schema) {
  for (const edge of edges(schema)) {
    const field = edge.getFields().node
    if (!field || isListType(getNullableType(field.type))) {
      yield { place: edge.name, message: 'an edge must have a field node that is not a list' }
    }
  }
}

function* checkEdgeCursor(schema) {
  for (const edge of edges(schema)) {
    if (!serialisesAsString(edge.getFields().cursor?.type)) {
      yield { place: edge.name, message: 'an edge must have a field cursor that serialises as a string' }
    }
  }
}

function* checkPaginationArguments(schema) {
  for (const { place, field } of connectionFields(schema)) {
    const has = name => field.args.some(arg => arg.name === name)
    const forward = has('first') && has('after')
    const backward = has('last') && has('before')
    if (!forward && !backward) {
      yield { place, message: 'a field that returns a connection must take first and after, or last and before, or all four' }
    } else if ((has('first') !== has('after')) || (has('last') !== has('before'))) {
      yield { place, message: 'first goes with after, and last with before' }
    }
  }
}

function* checkSizeArguments(schema) {
  for (const { place, field } of connectionFields(schema)) {
    for (const arg of field.args.filter(({ name }) => name === 'first' || name === 'last')) {
      const negative = typeof arg.defaultValue === 'number' && arg.defaultValue < 0
      if (getNullableType(arg.type) !== GraphQLInt || negative) {
        yield { place: `${place}(${arg.name}:)`, message: `${arg.name} must take a non-negative Int` }
      }
    }
  }
}

function* checkCursorArguments(schema) {
  for (const { place, field, connection } of connectionFields(schema)) {
    const cursor = edgeOf(connection)?.getFields().cursor
    if (!cursor) continue
    for (const arg of field.args.filter(({ name }) => name === 'after' || name === 'before')) {
      if (getNullableType(arg.type) !== getNullableType(cursor.type)) {
        yield { place: `${place}(${arg.name}:)`, message: `${arg.name} must take the edge's cursor type, ${cursor.type}` }
      }
    }
  }
}

// --- mutations

function* checkMutationInput(schema) {
  for (const field of mutations(schema)) {
    const [arg] = field.args
    const ok = field.args.length === 1 && arg.name === 'input' &&
      isNonNullType(arg.type) && isInputObjectType(arg.type.ofType) && arg.type.ofType.name === `${upper(field.name)}Input`
    if (!ok) {
      yield { place: `Mutation.${field.name}`, message: `must take exactly one argument, input: ${upper(field.name)}Input!` }
    }
  }
}

function* checkMutationPayload(schema) {
  for (const field of mutations(schema)) {
    const type = getNullableType(field.type)
    if (!isObjectType(type) || type.name !== `${upper(field.name)}Payload`) {
      yield { place: `Mutation.${field.name}`, message: `must return an object ${upper(field.name)}Payload; it returns ${field.type}` }
    }
  }
}

// --- what the rules speak of

function userTypes(schema) {
  return Object.values(schema.getTypeMap()).filter(type => !type.name.startsWith('__'))
}

function connections(schema) {
  return userTypes(schema).filter(type => type.name.endsWith('Connection') && isObjectType(type))
}

function edges(schema) {
  return [...new Set(connections(schema).map(edgeOf).filter(Boolean))]
}

/** The edge type of a connection: the object that its field edges lists; undefined where there is none. */
function edgeOf(connection) {
  const list = getNullableType(connection.getFields().edges?.type)
  const item = isListType(list) ? getNullableType(list.ofType) : undefined
  return isObjectType(item) ? item : undefined
}

function* connectionFields(schema) {
  for (const type of userTypes(schema)) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const connection = getNamedType(field.type)
      if (connection.name.endsWith('Connection') && isObjectType(connection)) {
        yield { place: `${type.name}.${field.name}`, field, connection }
      }
    }
  }
}

function mutations(schema) {
  return Object.values(schema.getMutationType()?.getFields() ?? {})
}

function isNonNullOf(type, wanted) {
  return isNonNullType(type) && type.ofType === wanted
}

/** A custom scalar is taken at its word; of the built-in ones only String is a string. */
function serialisesAsString(type) {
  const inner = getNullableType(type)
  if (inner === GraphQLString) return true
  return isScalarType(inner) && !['Int', 'Float', 'Boolean', 'ID'].includes(inner.name)
}

function upper(name) {
  return name[0].toUpperCase() + name.slice(1)
}
