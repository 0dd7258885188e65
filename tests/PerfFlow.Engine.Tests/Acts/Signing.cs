using System.Text.Json.Nodes;
using PerfFlow.Engine.Definitions;
using static PerfFlow.Engine.Tests.Activities.Draw;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>A route with every way in which several people sign, and ordinary steps before and behind.</summary>
internal static class Signing
{
    /// <summary>fill → all → any → turn → votes → plain → end; every return leads to fill.</summary>
    public static WorkflowDefinition Route { get; } = Made("all", "any", "turn", "votes");

    public static (string, object?)[] Started { get; } =
    [
        ("due", Shipped.Morning.AddDays(9)),
        ("signers", new object?[] { Signer("a", 2), Signer("b", 1), Signer("c", 1) }),
    ];

    /// <summary>A case at its first step that several decide, in one of the four ways.</summary>
    public static CaseRun At(string mode) => new CaseRun(Made(mode)).Start(Started).Complete("fill", "Submit");

    /// <summary>A case at the review behind it, which one person decides.</summary>
    public static CaseRun AtPlain() => new CaseRun(Made()).Start(Started).Complete("fill", "Submit");

    public static int Seat(this CaseRun run, string holder) => run.Instance!.Participants.Last(seat => seat.Holder == holder && seat.State == ParticipantState.Open).Visit;

    public static CaseRun Sign(this CaseRun run, string holder, string outcome = "Approve") => run.Do(new Act.Complete(run.Seat(holder), Facts.Of(("outcome", outcome))));

    /// <summary>Who has an open seat.</summary>
    public static string Signers(this CaseRun run) =>
        string.Join(' ', run.Instance!.Participants.Where(seat => seat.State == ParticipantState.Open).Select(seat => seat.Holder));

    public static Act.AddParticipant Add(int visit, string by, ParticipantPlace place, params string[] holders) =>
        new(visit, by, place, [.. holders.Select(holder => new Signer(holder))]);

    private static Facts Signer(string holder, int weight) => Facts.Of(("holder", holder), ("weight", weight));

    private static WorkflowDefinition Made(params string[] modes)
    {
        var steps = new List<JsonObject> { Step("fill", """{"kind":"fill","role":"UNIT","form":"f","outcomes":["Submit"],"deadline":{"input":"due"}}""") };
        steps.AddRange(modes.Select(mode => Step(mode, $$"""{"kind":"review","role":"FIN_PERF","form":"f","outcomes":["Approve","Return"],"returns":["Return"],"deadline":{"workingDays":5},"participants":{{Rule(mode)}}}""")));
        steps.Add(Step("plain", """{"kind":"review","role":"FIN_SECTION","form":"f","outcomes":["Approve","Return"],"returns":["Return"]}"""));
        var connections = new List<string> { "keepSigners -> keepDue", "keepDue -> fill", "fill -> " + steps[1]["id"] };
        var activities = new List<JsonObject> { Keep("signers"), Keep("due") };
        activities.AddRange(steps);
        for (var i = 1; i < steps.Count; i++)
        {
            var id = steps[i]["id"]!.GetValue<string>();
            activities.Add(Do("FlowSwitch", id + "Route", ("cases", List(Case("Approve"), Case("Return")))));
            connections.Add($"{id} -> {id}Route");
            connections.Add($"{id}Route.Approve -> {(i + 1 < steps.Count ? steps[i + 1]["id"]!.GetValue<string>() : "end")}");
            connections.Add($"{id}Route.Return -> fill");
        }

        activities.Add(Do("End", "end"));
        return Workflow(Flow([.. activities], [.. connections]), ("signers", "Object", null), ("due", "Object", null), ("decision", "Object", null));
    }

    private static string Rule(string mode) => mode == "votes" ? """{"mode":"votes","input":"signers","pass":3}""" : $$"""{"mode":"{{mode}}","input":"signers"}""";

    private static JsonObject Keep(string name)
    {
        var set = Set(name, $"getInput('{name}')");
        set["id"] = "keep" + char.ToUpperInvariant(name[0]) + name[1..];
        return set;
    }

    private static JsonObject Case(string outcome) => new()
    {
        ["label"] = outcome,
        ["condition"] = new JsonObject { ["type"] = "JavaScript", ["value"] = $"getDecision().outcome === '{outcome}'" },
    };

    private static JsonObject Step(string id, string payload)
    {
        var step = Do("RunTask", id, ("taskName", id), ("payload", new JsonObject
        {
            ["typeName"] = "ObjectDictionary",
            ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = payload },
        }));
        step["result"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "decision" } };
        return step;
    }
}
