import * as z from 'zod';

/**
 * The JSON Schema of options as a file may write them. Options parsed from text also accept a string.
 */
export const optionJsonSchema = (schema: z.ZodType): object =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type !== 'pipe') return;
      const { in: from, out } = def as unknown as { in: z.ZodType; out: z.ZodType };
      if (from._zod.def.type !== 'transform') return;
      const { $schema: _, ...written } = z.toJSONSchema(out, { io: 'input', unrepresentable: 'any' });
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
      Object.assign(jsonSchema, { anyOf: [written, { type: 'string' }] });
    },
  });
