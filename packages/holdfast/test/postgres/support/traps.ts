/** What our statements compare and join, and more. */
const TYPES =
  `boolean smallint integer bigint numeric text name "char" bytea uuid oid json interval timestamptz regclass
  regnamespace regcollation regprocedure regtype int2vector smallint[] integer[] bigint[] text[] name[] oid[]`.split(
    /\s+/,
  )

const OPERATORS = '= <> < <= > >= || + - * / % & | -> ->>'.split(' ')

/**
 * Makes a schema of functions and operators that raise. Before `pg_catalog` in a search path it gets every call of a
 * function that does not name its schema, and every operator that PostgreSQL has for no types that are exactly these.
 */
export function trapsIn(schema: string): string {
  return `CREATE SCHEMA ${schema};
    DO $do$
    DECLARE
      one record;
    BEGIN
      FOR one IN SELECT proname AS name,
          CASE provariadic WHEN '"any"'::regtype THEN 'VARIADIC text[]'
            ELSE replace(pg_get_function_identity_arguments(oid), '"any"', 'anyelement') END AS given,
          CASE WHEN proretset THEN 'SETOF ' ELSE '' END || format_type(prorettype, NULL) AS answer
        FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
      LOOP
        BEGIN
          EXECUTE format('CREATE FUNCTION ${schema}.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', one.name, one.given,
            one.answer, format('BEGIN RAISE EXCEPTION %L; END', 'trapped by ' || one.name));
        EXCEPTION WHEN OTHERS THEN NULL; -- Internal types, which no function of anybody's has.
        END;
      END LOOP;
      FOR one IN SELECT l, r, array_agg(o) AS operators
        FROM unnest('{${TYPES.map((type) => JSON.stringify(type)).join()}}'::text[]) l,
          unnest('{${TYPES.map((type) => JSON.stringify(type)).join()}}'::text[]) r,
          unnest('{${OPERATORS.join()}}'::text[]) o
        WHERE NOT EXISTS (SELECT FROM pg_operator WHERE oprname = o AND oprleft = l::regtype AND oprright = r::regtype)
        GROUP BY l, r
      LOOP
        EXECUTE format('CREATE FUNCTION ${schema}.operate(%s, %s) RETURNS boolean LANGUAGE plpgsql AS %L', one.l, one.r,
          format('BEGIN RAISE EXCEPTION %L; END', format('trapped by an operator of %s and %s', one.l, one.r)));
        FOR index IN 1 .. cardinality(one.operators) LOOP
          EXECUTE format('CREATE OPERATOR ${schema}.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = ${schema}.operate)',
            one.operators[index], one.l, one.r);
        END LOOP;
      END LOOP;
    END $do$`
}
