"""An ordinary boto3 program, as one would write it for AWS: it places orders with Decimal prices, reads them back in
every way, and follows the table's stream. Nothing in it knows of an endpoint; it prints what it saw as JSON."""

import json
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

# boto3 reads the region from its caller or from AWS_DEFAULT_REGION, not from AWS_REGION.
REGION = "us-east-2"
BATCH = 60

dynamodb = boto3.resource("dynamodb", region_name=REGION)
table = dynamodb.Table("ordertable")
seen = {}


def order(orderid, price, **more):
    return {"orderid": orderid, "product_name": "Kettle", "quantity": 2, "price": Decimal(price), **more}


table.put_item(Item=order("py-1", "27"))
table.put_item(Item=order("py-2", "249.99", status="PLACED", category="kitchen"))
table.put_item(Item=order("py-3", "0.10"))
table.update_item(
    Key={"orderid": "py-2"},
    UpdateExpression="SET #s = :paid ADD quantity :one",
    ExpressionAttributeNames={"#s": "status"},
    ExpressionAttributeValues={":paid": "PAID", ":one": 1},
)
deleted = table.delete_item(Key={"orderid": "py-3"}, ReturnValues="ALL_OLD")
seen["deleted"] = str(deleted["Attributes"]["price"])

with table.batch_writer() as batch:
    for number in range(BATCH):
        batch.put_item(Item=order(f"batch-{number:02}", f"{number}.5"))

kept = table.get_item(Key={"orderid": "py-2"}, ConsistentRead=True)["Item"]
seen["price"] = str(kept["price"])
seen["quantity"] = str(kept["quantity"])
seen["status"] = kept["status"]

seen["queried"] = [item["orderid"] for item in table.query(KeyConditionExpression=Key("orderid").eq("py-1"))["Items"]]

found, page = [], {}
while True:
    answer = table.scan(FilterExpression=Attr("price").between(Decimal("10.5"), Decimal("12.5")), Limit=25, **page)
    found += [item["orderid"] for item in answer["Items"]]
    if "LastEvaluatedKey" not in answer:
        break
    page = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
seen["scanned"] = sorted(found)

try:
    table.put_item(Item=order("py-1", "1"), ConditionExpression="attribute_not_exists(orderid)")
except ClientError as error:
    seen["refused"] = error.response["Error"]["Code"]

try:
    dynamodb.create_table(
        TableName="another",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
except ClientError as error:
    seen["owned"] = error.response["Error"]["Code"]

streams = boto3.client("dynamodbstreams", region_name=REGION)
arn = streams.list_streams(TableName="ordertable")["Streams"][0]["StreamArn"]
records = []
for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        if not answer["Records"]:
            break
        records += answer["Records"]
        iterator = answer.get("NextShardIterator")
changes = [record["eventName"] for record in records if record["dynamodb"]["Keys"]["orderid"]["S"].startswith("py-")]
seen["changes"] = {name: changes.count(name) for name in sorted(set(changes))}
seen["records"] = len(records)

print(json.dumps(seen))
