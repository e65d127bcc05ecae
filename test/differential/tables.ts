/** The tables of the comparison, as CreateTable makes them there and as a stack declares them here. */

export type TableRequest = {
  TableName: string;
  KeySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  GlobalSecondaryIndexes?: Index[];
  LocalSecondaryIndexes?: Index[];
  BillingMode: 'PAY_PER_REQUEST';
  StreamSpecification: { StreamEnabled: true; StreamViewType: 'NEW_AND_OLD_IMAGES' };
};
type Index = {
  IndexName: string;
  KeySchema: TableRequest['KeySchema'];
  Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: string[] };
};

const COMMON = {
  BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
} as const;

export const TABLES: TableRequest[] = [
  {
    TableName: 'ordertable',
    KeySchema: [{ AttributeName: 'orderid', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'orderid', AttributeType: 'S' }],
    ...COMMON,
  },
  {
    TableName: 'deals',
    KeySchema: [
      { AttributeName: 'deal', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'deal', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
      { AttributeName: 'region', AttributeType: 'S' },
      { AttributeName: 'n', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-region',
        KeySchema: [{ AttributeName: 'region', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-n',
        KeySchema: [
          { AttributeName: 'deal', KeyType: 'HASH' },
          { AttributeName: 'n', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    ...COMMON,
  },
  {
    TableName: 'blobs',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'B' }],
    ...COMMON,
  },
];

export function terraformOf(table: TableRequest): Record<string, unknown> {
  const keyOf = (schema: TableRequest['KeySchema'], type: 'HASH' | 'RANGE') =>
    schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const index = ({ IndexName, KeySchema, Projection }: Index, local: boolean) => ({
    name: IndexName,
    ...(local ? {} : { hash_key: keyOf(KeySchema, 'HASH') }),
    range_key: keyOf(KeySchema, 'RANGE'),
    projection_type: Projection.ProjectionType,
    non_key_attributes: Projection.NonKeyAttributes,
  });
  return {
    name: table.TableName,
    billing_mode: table.BillingMode,
    hash_key: keyOf(table.KeySchema, 'HASH'),
    range_key: keyOf(table.KeySchema, 'RANGE'),
    attribute: table.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
      name: AttributeName,
      type: AttributeType,
    })),
    global_secondary_index: table.GlobalSecondaryIndexes?.map((each) => index(each, false)),
    local_secondary_index: table.LocalSecondaryIndexes?.map((each) => index(each, true)),
    stream_enabled: true,
    stream_view_type: table.StreamSpecification.StreamViewType,
  };
}
