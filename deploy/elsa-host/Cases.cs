using System.Dynamic;
using System.Text.Json;
using Elsa.Common.Models;
using Elsa.Workflows.Management;
using Elsa.Workflows.Management.Filters;
using Elsa.Workflows.Models;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Activities;
using Elsa.Workflows.Runtime.Filters;
using Elsa.Workflows.Runtime.Messages;
using Elsa.Workflows.Runtime.Options;
using Elsa.Workflows.State;

namespace ElsaHost;

/// <summary>Something that an instance waits for.</summary>
public sealed record Waiting(string Activity, string Kind);

/// <summary>Where an instance stands, in the words of <c>workflows run --json</c> of PerfFlow, so that the two can be compared.</summary>
public sealed record CaseState(string Id, string Status, string SubStatus, IReadOnlyList<Waiting> Waiting, IReadOnlyList<string> Incidents);

/// <summary>Starts instances and completes what they wait for.</summary>
public sealed class Cases(IWorkflowRuntime runtime, IWorkflowDefinitionStore definitions, IWorkflowResumer resumer)
{
    public async Task<IReadOnlyList<string>> DefinitionsAsync() =>
        [.. (await definitions.FindManyAsync(new WorkflowDefinitionFilter { VersionOptions = VersionOptions.Published })).Select(d => $"{d.DefinitionId} {d.Version}").Order(StringComparer.Ordinal)];

    /// <summary>A new instance of the published version; null where there is no such definition.</summary>
    public async Task<CaseState?> StartAsync(string definition, Dictionary<string, JsonElement> input, CancellationToken ct)
    {
        if (await definitions.FindAsync(new WorkflowDefinitionFilter { DefinitionId = definition, VersionOptions = VersionOptions.Published }, ct) is null)
        {
            return null;
        }

        var client = await runtime.CreateClientAsync(ct);
        var started = await client.CreateAndRunInstanceAsync(
            new CreateAndRunWorkflowInstanceRequest { WorkflowDefinitionHandle = WorkflowDefinitionHandle.ByDefinitionId(definition, VersionOptions.Published), Input = Plain(input) }, ct);
        return await ReadAsync(started.WorkflowInstanceId, ct);
    }

    /// <summary>Where an instance stands; null where there is none of the id.</summary>
    public async Task<CaseState?> ReadAsync(string id, CancellationToken ct)
    {
        if (await StateAsync(id, ct) is not { } state)
        {
            return null;
        }

        return new CaseState(
            id, state.Status.ToString(), state.SubStatus.ToString(),
            [.. state.Bookmarks.Select(b => new Waiting(b.ActivityId, Kind(b))).OrderBy(w => w.Activity, StringComparer.Ordinal)],
            [.. state.Incidents.Select(i => $"{i.ActivityId}: {i.Message}")]);
    }

    /// <summary>A task with its facts, an event with its payload, a timer with anything; null where nothing of the name waits.</summary>
    public async Task<CaseState?> CompleteAsync(string id, string activity, Dictionary<string, JsonElement> facts, CancellationToken ct)
    {
        if ((await StateAsync(id, ct))?.Bookmarks.FirstOrDefault(b => b.ActivityId == activity) is not { } bookmark)
        {
            return null;
        }

        // PerfFlow's expressions read the facts of the act as input; Elsa's RunTask reads its result under a name of its own.
        var input = Plain(facts);
        input[RunTask.InputKey] = Expando(facts);
        input[Event.EventInputWorkflowInputKey] = Expando(facts);
        var resumed = await resumer.ResumeAsync(new BookmarkFilter { BookmarkId = bookmark.Id }, new ResumeBookmarkOptions { Input = input }, ct);
        // Nothing was resumed where another completion of the same step was faster.
        return resumed.Any() ? await ReadAsync(id, ct) : null;
    }

    private async Task<WorkflowState?> StateAsync(string id, CancellationToken ct)
    {
        var client = await runtime.CreateClientAsync(id, ct);
        return await client.InstanceExistsAsync(ct) ? await client.ExportStateAsync(ct) : null;
    }

    private static string Kind(Bookmark bookmark) => bookmark.Name switch
    {
        "Elsa.RunTask" => "task",
        "Elsa.Event" => "event",
        _ => "timer",
    };

    private static Dictionary<string, object> Plain(Dictionary<string, JsonElement> json) => json.ToDictionary(p => p.Key, p => Value(p.Value)!);

    private static ExpandoObject Expando(IEnumerable<KeyValuePair<string, JsonElement>> members)
    {
        var made = new ExpandoObject();
        foreach (var (name, value) in members)
        {
            ((IDictionary<string, object?>)made)[name] = Value(value);
        }

        return made;
    }

    private static object? Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.TryGetDateTimeOffset(out var instant) ? instant : json.GetString(),
        JsonValueKind.Number => json.TryGetInt64(out var whole) ? whole : json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => json.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.Object => Expando(json.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value))),
        _ => null,
    };
}
