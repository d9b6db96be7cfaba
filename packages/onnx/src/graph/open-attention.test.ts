import { describe, expect, it } from 'vitest'
import { appendedNodes, type GraphNodes } from './graph-nodes'
import { type Attribute, FloatAttribute, nodeProto } from './graph-protos'
import { openAttention } from './open-attention'
import { bytesField, messageField } from './wire-writer'

type Node = readonly [op: string, inputs: readonly string[], output: string, attributes?: Record<string, Attribute>]

/** A graph of nodes alone. */
function graphOf(...nodes: readonly Node[]): GraphNodes {
  const protos = nodes.map(([op, inputs, output, attributes = {}]) =>
    bytesField(1, nodeProto(op, inputs, [output], output, attributes)),
  )
  return {
    opset: 23,
    domains: new Set(['com.microsoft']),
    half: false,
    inputs: ['sample', 'encoder_hidden_states'],
    outputs: ['out_sample'],
    initializers: new Map([['weights', 64]]),
    nodes: appendedNodes(messageField(7, ...protos), 0).nodes,
  }
}

const left = (...nodes: readonly Node[]) => [...(openAttention(graphOf(...nodes)).opened?.left ?? [])]
const opened = (...nodes: readonly Node[]) => openAttention(graphOf(...nodes)).opened?.layers.size

const multiHead = 'com.microsoft.MultiHeadAttention'
const project = (name: string): Node => ['MatMul', ['sample', 'weights'], name]
const projected = ['q', 'k', 'v'].map(project)

describe('attention that is one node', () => {
  it('is taken apart where it does no more than that', () => {
    expect(opened(['Attention', ['q', 'k', 'v'], 'y'])).toBe(1)
    expect(opened(['Attention', ['q', 'k', 'v', ''], 'y', { is_causal: 0, softcap: new FloatAttribute(0) }])).toBe(1)
    expect(opened(...projected, [multiHead, ['q', 'k', 'v'], 'y', { num_heads: 4 }])).toBe(1)
    expect(opened([multiHead, ['qkv'], 'y', { num_heads: 4 }])).toBe(1)
    expect(opened(['com.microsoft.Attention', ['x', 'weights', 'bias'], 'y', { num_heads: 4 }])).toBe(1)
  })

  it('stays where it masks, caps or is causal', () => {
    const masked = [['y', 'node-mask']]
    expect(left(['Attention', ['q', 'k', 'v', 'mask'], 'y'])).toEqual(masked)
    expect(left(['Attention', ['q', 'k', 'v'], 'y', { is_causal: 1 }])).toEqual(masked)
    expect(left(['Attention', ['q', 'k', 'v'], 'y', { softcap: new FloatAttribute(30) }])).toEqual(masked)
    expect(left([multiHead, ['q', 'k', 'v', '', 'mask'], 'y', { num_heads: 4 }])).toEqual(masked)
    expect(left([multiHead, ['q', 'k', 'v', '', '', 'bias'], 'y', { num_heads: 4 }])).toEqual(masked)
    expect(left([multiHead, ['q', 'k', 'v'], 'y', { num_heads: 4, unidirectional: 1 }])).toEqual(masked)
    expect(left(['com.microsoft.Attention', ['x', 'weights', '', 'mask'], 'y', { num_heads: 4 }])).toEqual(masked)
  })

  it('stays where queries have more heads than keys', () => {
    const grouped = { q_num_heads: 8, kv_num_heads: 2 }
    expect(left(['Attention', ['q', 'k', 'v'], 'y', grouped])).toEqual([['y', 'node-heads']])
  })

  it('stays where its form is not known', () => {
    const unknown = [['y', 'node-form']]
    expect(left(['com.microsoft.GroupQueryAttention', ['q', 'k', 'v'], 'y', { num_heads: 8 }])).toEqual(unknown)
    expect(left(['Attention', ['q', 'k', 'v'], 'y', { softmax_precision: 1 }])).toEqual(unknown)
    // Nothing says whether these have heads as an axis.
    expect(left([multiHead, ['q', 'k', 'v'], 'y', { num_heads: 4 }])).toEqual(unknown)
    const sizes = { num_heads: 4, qkv_hidden_sizes: [8, 8, 16] }
    expect(left(['com.microsoft.Attention', ['x', 'weights'], 'y', sizes])).toEqual(unknown)
  })

  it('is read with its own layout: keys with heads as an axis, or without', () => {
    const order = { perm: [0, 2, 1, 3] }
    const apart: Node[] = ['k', 'v'].map((name) => ['Transpose', ['sample'], name, order])
    const joined: Node[] = [
      ...['k0', 'k1', 'v0', 'v1'].map((name): Node => ['Transpose', ['sample'], name, order]),
      ['Concat', ['k0', 'k1'], 'k', { axis: 2 }],
      ['Concat', ['v0', 'v1'], 'v', { axis: 2 }],
    ]
    for (const nodes of [apart, joined]) {
      const graph = openAttention(graphOf(...nodes, [multiHead, ['q', 'k', 'v'], 'y', { num_heads: 4 }]))
      expect([...(graph.opened?.layers.values() ?? [])].map(({ kernel }) => kernel)).toEqual([false])
    }
    const graph = openAttention(graphOf(...projected, [multiHead, ['q', 'k', 'v'], 'y', { num_heads: 4 }]))
    expect([...(graph.opened?.layers.values() ?? [])].map(({ kernel }) => kernel)).toEqual([true])
  })

  it('is nothing to a graph without such nodes', () => {
    const plain = graphOf(...projected)
    expect(openAttention(plain)).toBe(plain)
  })
})
