using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Tests.Definitions;

/// <summary>What cannot be run is refused with file, path, activity, property and reason, never by an exception.</summary>
public class LoadErrors
{
    [Theory]
    [InlineData("", "$", null, null, "no-json (1, 1)")]
    [InlineData("[]", "$", null, null, "not-an-object")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.\ud800","id":"a"}}""", "$", null, null, "text-unreadable")]
    [InlineData("""{"definitionId":"\ud800","root":{"type":"Elsa.Start","id":"a"}}""", "$.definitionId", null, null, "names-unreadable")]
    [InlineData("""{"definitionId":"x"}""", "$.root", null, "root", "no-root")]
    [InlineData("""{"definitionId":"x","root":{"id":"a"}}""", "$.root", null, "root", "activity-shape")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.HttpEndpoint","id":"a"}}""", "$.root.type", "a", "type", "no-activity (Elsa.HttpEndpoint)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.WriteLine"}}""", "$.root.id", null, "id", "activity-without-id")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.WriteLine","id":"a","text":{"expression":{"type":"Literal","value":"x"}}}}""", "$.root.text", "a", "text", "input-without-type")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.WriteLine","id":"a","text":{"typeName":"String","expression":{"type":"Liquid","value":"x"}}}}""", "$.root.text.expression", "a", "text", "unknown-syntax (Liquid)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.WriteLine","id":"a","text":{"typeName":"String","expression":{"type":"JavaScript","value":"1 +"}}}}""", "$.root.text.expression", "a", "text", "expression-end at column 4")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.WriteLine","id":"a","text":{"typeName":"String","expression":{"type":"JavaScript","value":"newGuid()"}}}}""", "$.root.text.expression", "a", "text", "not-repeatable (newGuid) at column 8")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.WriteLine","id":"a","text":{"typeName":"String","expression":{"type":"JavaScript","value":"String"}}}}""", "$.root.text.expression", "a", "text", "function-leaves")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.WriteLine","id":"a","text":{"typeName":"String","expression":{"type":"Variable","value":{"id":"v"}}}}}""", "$.root.text.expression", "a", "text", "no-variable-here (v)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.SetVariable","id":"a","variable":{"id":"v","name":"v"},"value":1}}""", "$.root.variable", "a", "variable", "no-variable-here (v)")]
    [InlineData("""{"definitionId":"x","variables":[{"id":"v","name":"v","typeName":"Int32","value":"many"}],"root":{"type":"Elsa.Start","id":"a"}}""", "$.variables[0].value", null, "variables", "not-of-type (many, Int32)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.Flowchart","id":"f","activities":[{"type":"Elsa.Start","id":"a"}],"connections":[{"source":{"activity":"a","port":"Done"},"target":{"activity":"b","port":"In"}}]}}""", "$.root.connections[0].target", "f", "connections", "connection-end (target, b)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.Flowchart","id":"f","activities":[{"type":"Elsa.Start","id":"a"},{"type":"Elsa.End","id":"a"}],"connections":[]}}""", "$.root.activities", "f", "activities", "same-id (a)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.End","id":"a","customProperties":{"mergeMode":"Zip"}}}""", "$.root.customProperties.mergeMode", "a", "customProperties.mergeMode", "merge-mode (Zip)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.Delay","id":"a","timeSpan":{"typeName":"TimeSpan","expression":{"type":"Literal","value":"soon"}}}}""", "$.root.timeSpan", "a", "timeSpan", "no-span (soon)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.Cron","id":"a","cronExpression":{"typeName":"String","expression":{"type":"Literal","value":"0 0 * * *"}}}}""", "$.root.cronExpression", "a", "cronExpression", "cron-fields (0 0 * * *, 5)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.RunTask","id":"a","payload":{}}}""", "$.root.taskName", "a", "taskName", "needs-property (Elsa.RunTask, taskName)")]
    [InlineData("""{"definitionId":"x","root":{"type":"Elsa.ExecuteWorkflow","id":"a","workflowDefinitionId":"y","waitForCompletion":true}}""", "$.root.workflowDefinitionId", "a", "workflowDefinitionId", "no-definition (y)")]
    public void Wrong_IsNamedByPlaceAndReason(string json, string path, string? activity, string? property, string reason)
    {
        var load = DefinitionLoader.Load("some.json", Encoding.UTF8.GetBytes(json));

        Assert.Null(load.Definition);
        Assert.Contains(load.Errors, error => error.File == "some.json" && error.Path == path && error.Activity == activity
            && error.Property == property && (error.Reason.ToString() == reason || error.Reason.Code == reason));
    }

    [Theory]
    [InlineData("""{"kind":"sign"}""", "one-of (kind, fill, review, act)")]
    [InlineData("""{"kind":"fill","role":"NOBODY","form":"f","outcomes":["A"]}""", "one-of (role, UNIT, DEPT, FIN_SECTION, FIN_PERF, FIN_BUDGET, FIN_TREASURY, FIN_LEADER, AGENCY)")]
    [InlineData("""{"kind":"fill","role":"UNIT","outcomes":["A"]}""", "form-missing")]
    [InlineData("""{"kind":"fill","role":"UNIT","form":"f"}""", "outcomes-missing")]
    [InlineData("""{"kind":"fill","role":"UNIT","form":"f","outcomes":["A","A"]}""", "different-texts (outcomes)")]
    [InlineData("""{"kind":"fill","role":"UNIT","form":"f","outcomes":["A"],"returns":["B"]}""", "no-outcome (returns, B)")]
    [InlineData("""{"kind":"fill","role":"UNIT","form":"f","outcomes":["A"],"when":{"B":"v"}}""", "no-outcome (when, B)")]
    [InlineData("""{"kind":"fill","role":"UNIT","form":"f","outcomes":["A"],"when":{"A":"v"}}""", "when-variable (A)")]
    [InlineData("""{"kind":"fill","role":"UNIT","form":"f","outcomes":["A"],"deadline":{"workingDays":0}}""", "deadline-shape")]
    [InlineData("""{"kind":"fill","role":"UNIT","form":"f","outcomes":["A"],"deadline":"tomorrow"}""", "deadline-shape")]
    [InlineData("""{"kind":"act","role":"UNIT","form":"f","outcomes":["A"],"participants":"all"}""", "participants-shape")]
    [InlineData("""{"kind":"act","role":"UNIT","form":"f","outcomes":["A"],"participants":{"mode":"some","input":"v"}}""", "participants-shape")]
    [InlineData("""{"kind":"act","role":"UNIT","form":"f","outcomes":["A"],"participants":{"mode":"all"}}""", "participants-shape")]
    [InlineData("""{"kind":"fill","role":"UNIT","form":"f","outcomes":["A"],"participants":{"mode":"all","input":"v"}}""", "participants-of-fill")]
    [InlineData("""{"kind":"act","role":"UNIT","form":"f","outcomes":["A"],"participants":{"mode":"all","input":"v","order":1}}""", "participants-member (order)")]
    [InlineData("""{"kind":"act","role":"UNIT","form":"f","outcomes":["A"],"participants":{"mode":"any","input":"v","pass":1}}""", "pass-without-votes")]
    [InlineData("""{"kind":"act","role":"UNIT","form":"f","outcomes":["A"],"participants":{"mode":"votes","input":"v"}}""", "votes-need-pass")]
    [InlineData("""{"kind":"act","role":"UNIT","form":"f","outcomes":["A"],"participants":{"mode":"votes","input":"v","pass":1}}""", "votes-need-return")]
    public void WrongPayloadOfAHumanStep_IsRefused(string payload, string reason)
    {
        var json = new JsonObject
        {
            ["definitionId"] = "x",
            ["root"] = new JsonObject
            {
                ["type"] = "Elsa.RunTask",
                ["id"] = "a",
                ["taskName"] = "t",
                ["payload"] = new JsonObject { ["typeName"] = "ObjectDictionary", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = payload } },
            },
        };

        var load = DefinitionLoader.Load("some.json", Encoding.UTF8.GetBytes(json.ToJsonString()));

        Assert.Contains(load.Errors, error => error.Activity == "a" && error.Property == "payload" && error.Reason.ToString() == reason);
    }

    /// <summary>A shipped definition in which anything is replaced by anything else of the file, or by something foreign.</summary>
    [Fact]
    public void DamagedDefinition_LoadsOrIsRefused()
    {
        var source = File.ReadAllText(Path.Combine(Shipped.Folder, "goal-filing.json"));
        var foreign = new Func<JsonNode?>[] { () => null, () => 7, () => "x", () => true, () => new JsonArray(1, "a"), () => new JsonObject { ["id"] = 3 } };
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll<NonNegativeInt, NonNegativeInt, NonNegativeInt>((place, kind, other) =>
        {
            var root = JsonNode.Parse(source)!;
            var nodes = Descendants(root).Skip(1).ToList();
            var chosen = nodes[place.Get * 7919 % nodes.Count];
            var replacement = kind.Get % 2 == 0 ? foreign[kind.Get / 2 % foreign.Length]() : nodes[other.Get * 104729 % nodes.Count]?.DeepClone();
            chosen!.ReplaceWith(replacement);

            var load = DefinitionLoader.Load("damaged.json", Encoding.UTF8.GetBytes(root.ToJsonString()));
            if (load.Definition is null)
                return load.Errors.Count > 0;
            var decision = WorkflowEngine.Decide(load.Definition, null, new Act.Start(Facts.Of(("due", Shipped.Morning))), Shipped.Morning);
            return load.Errors.Count == 0 && decision is Decision.Accepted or Decision.Refused;
        }));
    }

    [Fact]
    public void AnyBytes_AreRefused() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll<byte[]>(bytes => DefinitionLoader.Load("noise", bytes).Definition is null));

    private static IEnumerable<JsonNode?> Descendants(JsonNode? node)
    {
        yield return node;
        var children = node switch
        {
            JsonObject map => map.Select(pair => pair.Value),
            JsonArray list => list,
            _ => Enumerable.Empty<JsonNode?>(),
        };
        foreach (var descendant in children.Where(child => child is not null).SelectMany(Descendants))
            yield return descendant;
    }
}
