using System.Text.Json;
using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Definitions;

/// <summary>Something that is wrong with a definition.</summary>
/// <param name="Path">JSON path from <c>$</c>.</param>
/// <param name="Activity">Id of the activity, if the place is in one.</param>
/// <param name="Property">The property of the activity, if it is one.</param>
/// <param name="Said">What the engine's loader says.</param>
/// <param name="Why">What the platform says; one of the two is set.</param>
public sealed record DefinitionFlaw(string Path, string? Activity, string? Property, Reason? Said, Refusal? Why)
{
    public string Code => Said?.Code ?? Why!.Code;

    /// <summary>The sentence that a person reads.</summary>
    public string Text(Ui.Texts texts) => Said is { } said ? texts.Reason(said) : texts.Refusal(Why!);
}

/// <summary>
/// What a definition has to keep so that the platform's pages, statements and notices work with the cases that run on it. That the
/// engine can run it is a condition, not enough: <c>workflows validate</c> asks the engine, publishing asks both.
/// </summary>
public sealed class DefinitionContract(DefinitionCatalog catalog)
{
    /// <summary>A step that code names, with the outcomes that it takes for granted. It keeps the role, kind and form of the shipped version.</summary>
    private sealed record Kept(string Step, params string[] Outcomes);

    private static readonly Dictionary<string, Kept[]> Steps = new(StringComparer.Ordinal)
    {
        ["notice"] = [new("draft", "Submit"), new("sign", "Approve", "Return"), new("issue", "Issue"), new("close", "Close")],
        ["goal-filing"] = [new("fill", "Submit")],
        ["monitoring"] = [new("fill", "Submit")],
        ["self-evaluation"] = [new("fill", "Submit")],
        ["department-evaluation"] = [new("propose", "Submit"), new("report", "Submit")],
        ["spot-check"] = [new("evidence", "Submit"), new("score", "Submit"), new("verify", "Approve"), new("objection", "Submit", "Accept"), new("settle", "Submit")],
        ["finance-evaluation"] =
        [
            new("plan", "Submit"), new("approvePlan", "Approve"), new("commission", "Submit"), new("draft", "Submit"), new("opinion", "Submit", "Accept"),
            new("final", "Submit"), new("confirm", "Approve"),
        ],
        ["rectification"] = [new("respond", "Submit", "AskExtension"), new("extension", "Grant", "Refuse"), new("confirm", "Approve", "NotRectified"), new("leader", "Approve", "Return")],
        ["result-application"] =
            [new("proposeBySection", "Submit"), new("proposeByPerformance", "Submit"), new("consult", "Approve"), new("approve", "Approve", "Reject"), new("book", "Submit")],
    };

    /// <summary>Other activities that code names: by definition, with their type.</summary>
    private static readonly Dictionary<string, (string Id, string Type)[]> Others = new(StringComparer.Ordinal)
    {
        ["notice"] = [("openCases", "Elsa.BulkDispatchWorkflows"), ("collecting", "Elsa.StartAt")],
        ["rectification"] = [("refusal", "Elsa.Event")],
    };

    /// <summary>
    /// What can open cases of its own or publish events. Where another definition runs inside the case it is welcome; a case that
    /// nobody listed has no unit, no object and no notice, so no page would ever show it, and nobody here hears an event.
    /// </summary>
    private static readonly string[] Outward = ["Elsa.DispatchWorkflow", "Elsa.BulkDispatchWorkflows", "Elsa.ExecuteWorkflow", "Elsa.PublishEvent"];

    /// <summary>The platform opens no case of it: it can only run inside others.</summary>
    public bool IsPart(string definitionId) => catalog.Shipped().All(h => h.DefinitionId != definitionId);

    /// <summary>Everything against publishing a definition that the engine can run; empty = it may be published.</summary>
    /// <param name="definition">Compiled with what it runs inside itself, which is judged with it.</param>
    /// <param name="known">Ids of the definitions that the region has; null = none but this one.</param>
    public IReadOnlyList<DefinitionFlaw> Check(WorkflowDefinition definition, IReadOnlySet<string>? known = null)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var shipped = catalog.Shipped();
        var base_ = shipped.FirstOrDefault(h => h.DefinitionId == definition.DefinitionId);
        if (base_ is null && !SaysPart(definition))
        {
            return [new("$.definitionId", null, null, null, new Refusal("contract-definition", definition.DefinitionId, string.Join(", ", shipped.Select(h => h.DefinitionId))))];
        }

        var places = Places(definition);
        var steps = shipped.SelectMany(h => catalog.StepsOf(h.Row)).ToList();
        var flaws = new List<DefinitionFlaw>();
        foreach (var step in definition.HumanSteps)
        {
            flaws.AddRange(Step(definition.DefinitionId, step, steps).Select(why => At(places, step.ActivityId, "payload", why)));
        }

        var own = Others.GetValueOrDefault(definition.DefinitionId, []);
        if (base_ is not null)
        {
            flaws.AddRange(Missing(definition, catalog.StepsOf(base_.Row), places));
            flaws.AddRange(own.Where(o => !places.Any(p => p.Id == o.Id && p.Type == o.Type)).Select(o => At(places, o.Id, null, new Refusal("contract-activity", o.Id, o.Type))));
        }

        flaws.AddRange(places.Where(p => Outward.Contains(p.Type, StringComparer.Ordinal) && !(p.Owner == definition.DefinitionId && own.Contains((p.Id, p.Type))))
            .Where(p => !definition.Parts.Any(part => part.Owner == p.Owner && part.Activity == p.Id))
            .Select(p => new DefinitionFlaw(p.Path, p.Id, p.Runs is null ? "type" : "workflowDefinitionId", null, WhyOutward(p, known))));
        flaws.AddRange(DoubleIds(definition, places));
        // A part is tried with those that run it: only they know what it is given.
        return flaws.Count > 0 || base_ is null ? flaws : [.. DefinitionTrial.Run(definition).Select(f => At(places, f.Activity, null, f.Why))];
    }

    private static Refusal WhyOutward(Place place, IReadOnlySet<string>? known) => place.Runs switch
    {
        null => new Refusal("contract-foreign", place.Type),
        { } id when known?.Contains(id) == true => new Refusal("contract-outward", place.Type, id),
        { } id => new Refusal("contract-no-part", id),
    };

    /// <summary>Elsa's own mark of a workflow that others may use: without it a slip in <c>definitionId</c> would become a part that nobody runs.</summary>
    private static bool SaysPart(WorkflowDefinition definition)
    {
        using var document = Parse(definition.Source);
        return (document.RootElement.TryGetProperty("options", out var options) && IsTrue(options, "usableAsActivity")) || IsTrue(document.RootElement, "usableAsActivity");
    }

    private static bool IsTrue(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static JsonDocument Parse(ReadOnlyMemory<byte> source) =>
        JsonDocument.Parse(source.Span.StartsWith("\uFEFF"u8) ? source[3..] : source, new JsonDocumentOptions { MaxDepth = 256 });

    private static IEnumerable<Refusal> Step(string definition, HumanStep step, List<HumanStep> known)
    {
        var fills = step.Kind == "fill" && definition != Notices.NoticeSteps.Definition;
        if (fills ? FilingKinds.Find(step.Form) is null : known.TrueForAll(s => s.Form != step.Form || s.Kind != step.Kind))
        {
            yield return new Refusal("contract-form", step.Name, step.Form);
        }

        foreach (var outcome in step.Outcomes.Where(o => known.TrueForAll(s => !s.Outcomes.Contains(o))))
        {
            yield return new Refusal("contract-outcome", step.Name, outcome);
        }

        if (step.DueInput is { } due && known.TrueForAll(s => s.DueInput != due))
        {
            yield return new Refusal("contract-due", step.Name, due);
        }
    }

    private static IEnumerable<DefinitionFlaw> Missing(WorkflowDefinition definition, IReadOnlyList<HumanStep> shipped, List<Place> places)
    {
        foreach (var kept in Steps.GetValueOrDefault(definition.DefinitionId, []))
        {
            var was = shipped.First(s => s.ActivityId == kept.Step);
            if (definition.HumanSteps.FirstOrDefault(s => s.ActivityId == kept.Step) is not { } step)
            {
                yield return At(places, kept.Step, null, new Refusal("contract-step", kept.Step, was.Name));
                continue;
            }

            if ((step.Kind, step.Role, step.Form) != (was.Kind, was.Role, was.Form))
            {
                yield return At(places, kept.Step, "payload", new Refusal("contract-kept", step.Name, $"{was.Kind}, {was.Role}, {was.Form}"));
            }

            foreach (var outcome in kept.Outcomes.Where(o => !step.Outcomes.Contains(o)))
            {
                yield return At(places, kept.Step, "payload", new Refusal("contract-kept-outcome", step.Name, outcome));
            }
        }
    }

    /// <summary>Tasks, timers and the journal know an activity by its id alone.</summary>
    private static IEnumerable<DefinitionFlaw> DoubleIds(WorkflowDefinition definition, List<Place> places) =>
        places.GroupBy(p => p.Id, StringComparer.Ordinal).Where(g => g.Count() > 1 && definition.HumanSteps.Any(s => s.ActivityId == g.Key))
            .Select(g => new DefinitionFlaw(g.Last().Path, g.Key, "id", null, new Refusal("contract-double", g.Key)));

    private static DefinitionFlaw At(List<Place> places, string? activity, string? property, Refusal why) =>
        new(places.Find(p => p.Id == activity) is { } place ? property is null ? place.Path : $"{place.Path}.{property}" : "$.root", activity, property, null, why);

    /// <param name="Owner">Id of the definition whose file it stands in.</param>
    /// <param name="Runs">Id of the definition that it runs or starts, where that is written out.</param>
    private sealed record Place(string Id, string Type, string Path, string Owner, string? Runs);

    /// <summary>The activities of the file, each followed by those of what it runs inside itself.</summary>
    private static List<Place> Places(WorkflowDefinition definition)
    {
        var found = new List<Place>();
        Enter(definition.DefinitionId, definition.Source, "$");
        return found;

        void Enter(string owner, ReadOnlyMemory<byte> source, string path)
        {
            using var document = Parse(source);
            Visit(document.RootElement.GetProperty("root"), owner, $"{path}.root");
        }

        void Visit(JsonElement element, string owner, string path)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Array:
                    var n = 0;
                    foreach (var item in element.EnumerateArray())
                    {
                        Visit(item, owner, $"{path}[{n++}]");
                    }

                    break;
                case JsonValueKind.Object:
                    if (Text(element, "id") is { } id && Text(element, "type") is { } type)
                    {
                        found.Add(new Place(id, type, path, owner, Runs(element)));
                        if (definition.Parts.FirstOrDefault(part => part.Owner == owner && part.Activity == id) is { } inner)
                        {
                            Enter(inner.DefinitionId, inner.Source, $"{path}({inner.DefinitionId})");
                        }
                    }

                    foreach (var property in element.EnumerateObject())
                    {
                        Visit(property.Value, owner, $"{path}.{property.Name}");
                    }

                    break;
            }
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Runs(JsonElement activity) => Text(activity, "workflowDefinitionId")
        ?? (activity.TryGetProperty("workflowDefinitionId", out var input) && input.ValueKind == JsonValueKind.Object && input.TryGetProperty("expression", out var expression)
            && Text(expression, "type") == "Literal" ? Text(expression, "value") : null);
}
