using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Histories;

/// <summary>A recorded case: the definition by hash, and per act what was done, when, and the state and effects that came of it.</summary>
internal static class HistoryFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(WorkflowDefinition definition, IEnumerable<(Act Act, DateTimeOffset Now)> acts)
    {
        var steps = new JsonArray();
        Instance? instance = null;
        foreach (var (act, now) in acts)
        {
            var accepted = (Decision.Accepted)WorkflowEngine.Decide(definition, instance, act, now);
            instance = accepted.Instance;
            steps.Add(new JsonObject
            {
                ["now"] = now.ToString("O", CultureInfo.InvariantCulture),
                ["act"] = Write(act),
                ["state"] = Convert.ToHexStringLower(InstanceCodec.Write(instance)),
                ["effects"] = new JsonArray([.. accepted.Effects.Select(effect => (JsonNode)Show(effect))]),
            });
        }

        return new JsonObject
        {
            ["definition"] = $"{definition.DefinitionId}.json",
            ["version"] = definition.Version,
            ["sha256"] = Convert.ToHexStringLower(definition.SourceHash.Span),
            ["steps"] = steps,
        }.ToJsonString(Indented) + "\n";
    }

    public static Act ReadAct(JsonElement act)
    {
        var visit = act.TryGetProperty("visit", out var number) ? number.GetInt32() : 0;
        var facts = act.TryGetProperty("facts", out var given) ? Instants(Facts.FromJson(given)) : Facts.Empty;
        return act.GetProperty("name").GetString() switch
        {
            "Start" => new Act.Start(facts),
            "Complete" => new Act.Complete(visit, facts),
            "Withdraw" => new Act.Withdraw(visit, facts),
            "Reopen" => new Act.Reopen(facts),
            "Reassign" => new Act.Reassign(visit, act.GetProperty("holder").GetString()),
            "Extend" => new Act.Extend(visit, act.GetProperty("due").GetDateTimeOffset()),
            "Waive" => new Act.Waive(facts),
            "Void" => new Act.Void(facts),
            "FireTimer" => new Act.FireTimer(visit, act.GetProperty("timer").GetString()!),
            "DeliverEvent" => new Act.DeliverEvent(visit, act.GetProperty("event").GetString()!, facts),
            "Skip" => new Act.Skip(visit, facts),
            "Move" => new Act.Move(act.GetProperty("target").GetString()!, facts),
            "Cancel" => new Act.Cancel(facts),
            "Retry" => new Act.Retry(facts),
            "ReturnTo" => new Act.ReturnTo(visit, act.GetProperty("target").GetString()!, act.GetProperty("straight").GetBoolean(), act.GetProperty("by").GetString(), facts),
            "TakeBack" => new Act.TakeBack(visit),
            "AddParticipant" => new Act.AddParticipant(
                visit, act.GetProperty("by").GetString()!, Enum.Parse<ParticipantPlace>(act.GetProperty("place").GetString()!), [.. act.GetProperty("signers").EnumerateArray().Select(signer => new Signer(signer.GetString()!))]),
            "RemoveParticipant" => new Act.RemoveParticipant(visit, act.GetProperty("number").GetInt32(), act.GetProperty("by").GetString()),
            "Succeed" => new Act.Succeed(act.GetProperty("from").GetString()!, act.GetProperty("to").GetString()!),
            "Copy" => new Act.Copy(visit, [.. act.GetProperty("holders").EnumerateArray().Select(holder => holder.GetString()!)]),
            var other => throw new InvalidDataException($"There is no act '{other}'."),
        };
    }

    /// <summary>An effect as one line, readable in a difference.</summary>
    public static string Show(Effect effect) => effect switch
    {
        Effect.TaskOpened e => Invariant($"TaskOpened {e.Visit} {e.ActivityId} {e.Kind} {e.Role} {e.Form} [{string.Join(' ', e.Outcomes)}] due {Show(e.Deadline)}{(e.Returned ? " returned" : "")} by {e.OpenedBy}{(e.Holder is null ? "" : " for " + e.Holder)}"),
        Effect.ParticipantSet { Participant: var e } => Invariant($"ParticipantSet {e.Step}.{e.Number} {e.Place} {e.State} {e.Holder ?? "-"} visit {e.Visit}"),
        Effect.Copied e => Invariant($"Copied {e.Visit} {string.Join(' ', e.Holders)}"),
        Effect.TaskClosed e => Invariant($"TaskClosed {e.Visit} {e.Why}"),
        Effect.TaskReassigned e => Invariant($"TaskReassigned {e.Visit} {e.Holder ?? "-"}"),
        Effect.TaskExtended e => Invariant($"TaskExtended {e.Visit} {e.Due:O}"),
        Effect.TimerSet e => Invariant($"TimerSet {e.Visit} {e.Name} {Show(e.When)}"),
        Effect.TimerCancelled e => Invariant($"TimerCancelled {e.Visit} {e.Name}"),
        Effect.WaitSet e => Invariant($"WaitSet {e.Visit} {e.Event}"),
        Effect.WaitCleared e => Invariant($"WaitCleared {e.Visit}"),
        Effect.CasesStarted e => Invariant($"CasesStarted {e.DefinitionId} {e.Items.Count}"),
        Effect.CaseEnded e => Invariant($"CaseEnded {e.Status} {e.Outcome ?? "-"}"),
        _ => effect.ToString(),
    };

    private static string Show(Deadline? deadline) => deadline switch
    {
        Deadline.At at => at.Instant.ToString("O", CultureInfo.InvariantCulture),
        Deadline.WorkingDays days => Invariant($"{days.Days} working days"),
        _ => "never",
    };

    private static JsonObject Write(Act act)
    {
        var written = new JsonObject { ["name"] = act.Name };
        switch (act)
        {
            case Act.Complete complete:
                written["visit"] = complete.Visit;
                break;
            case Act.Withdraw withdraw:
                written["visit"] = withdraw.Visit;
                break;
            case Act.Reassign reassign:
                written["visit"] = reassign.Visit;
                written["holder"] = reassign.Holder;
                break;
            case Act.Extend extend:
                written["visit"] = extend.Visit;
                written["due"] = extend.Due;
                break;
            case Act.FireTimer fire:
                written["visit"] = fire.Visit;
                written["timer"] = fire.Timer;
                break;
            case Act.Skip skip:
                written["visit"] = skip.Visit;
                break;
            case Act.ReturnTo to:
                (written["visit"], written["target"], written["straight"], written["by"]) = (to.Visit, to.Target, to.Straight, to.By);
                break;
            case Act.TakeBack back:
                written["visit"] = back.Visit;
                break;
            case Act.AddParticipant add:
                (written["visit"], written["by"], written["place"]) = (add.Visit, add.By, add.Place.ToString());
                written["signers"] = new JsonArray([.. add.Signers.Select(signer => (JsonNode)signer.Holder)]);
                break;
            case Act.RemoveParticipant remove:
                (written["visit"], written["number"], written["by"]) = (remove.Visit, remove.Number, remove.By);
                break;
            case Act.Succeed succeed:
                (written["from"], written["to"]) = (succeed.From, succeed.To);
                break;
            case Act.Copy copy:
                written["visit"] = copy.Visit;
                written["holders"] = new JsonArray([.. copy.Holders.Select(holder => (JsonNode)holder)]);
                break;
            case Act.Move move:
                written["target"] = move.Target;
                break;
            case Act.DeliverEvent deliver:
                written["visit"] = deliver.Visit;
                written["event"] = deliver.Event;
                break;
        }

        if (act.BurstInput.Count > 0)
            written["facts"] = Json(act.BurstInput);
        return written;
    }

    private static JsonNode Json(Facts facts)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            facts.WriteTo(writer);
        return JsonNode.Parse(stream.ToArray())!;
    }

    /// <summary>JSON has no instants: in these files the facts called due and answerDue are.</summary>
    private static Facts Instants(Facts facts) => Instant(Instant(facts, "due"), "answerDue");

    private static Facts Instant(Facts facts, string name) => facts.TryGetValue(name, out var due) && due is string text
        ? facts.With(name, DateTimeOffset.Parse(text, CultureInfo.InvariantCulture))
        : facts;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
