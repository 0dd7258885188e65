using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Operations;

/// <summary>What an operator may do to the course of a case. The names are those of the engine's acts.</summary>
public static class CaseOperations
{
    public const string Move = nameof(Act.Move);
    public const string Skip = nameof(Act.Skip);
    public const string Cancel = nameof(Act.Cancel);
    public const string Retry = nameof(Act.Retry);

    public static readonly IReadOnlyList<string> All = [Retry, Move, Skip, Cancel];
}

/// <summary>An operation as it was chosen.</summary>
/// <param name="Act">One of <see cref="CaseOperations"/>.</param>
/// <param name="Revision">Of the case as it was shown; one that moved on since is shown anew.</param>
/// <param name="Visit">Skip: the open visit.</param>
/// <param name="Target">Move: activity id of the human step.</param>
/// <param name="Outcome">Skip: along which outcome.</param>
/// <param name="Due">The new due day, where the definition takes it from outside; null = as it was.</param>
/// <param name="Variables">Retry and Move: values to set before, as JSON by name.</param>
/// <param name="Reason">Why; kept in the trail.</param>
public sealed record Operation(
    string Act, int Revision, int Visit = 0, string? Target = null, string? Outcome = null, DateOnly? Due = null, IReadOnlyDictionary<string, string>? Variables = null, string Reason = "");

/// <summary>
/// 流程运维: an administrator moves a case to another step, lets a step go by, ends the case or runs again what failed, each with a
/// reason in the trail. What is legal in which state is the engine's table; the case must be of the administrator's region.
/// </summary>
public sealed class OperateCase(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, WorkflowRunner runner, RegionClock clock, ParameterStore parameters)
{
    public const int MinReason = 10;

    /// <summary>Refusals: not-found, right-operate-cases, moved-on, reason-too-short, operation-unknown, due-past, variable-json, and those of the engine.</summary>
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, Operation operation, Guid commandId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(operation);
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await CaseCourse.ReadAsync(db, catalog, viewer, caseId, Matter.Course, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var course = found.Value;
        if (viewer.May(Right.OperateCases, course.Row, Matter.Course) is { } refusal)
        {
            return refusal;
        }

        if (course.Row.Revision != operation.Revision)
        {
            return await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before ? before : Refusal.Conflict("moved-on");
        }

        if (operation.Reason.Trim().Length < MinReason)
        {
            return new Refusal("reason-too-short", MinReason) { Field = "reason" };
        }

        var act = ActOf(course, operation);
        if (act.Refusal is { } wrong)
        {
            return wrong;
        }

        return await runner.RunAsync(
            new CaseCommand
            {
                Id = commandId,
                CaseId = caseId,
                Act = act.Value,
                Actor = Actors.Of(viewer, Roles.Administrator),
                Rows = [ActReason.Of(act.Value.Name, operation.Reason.Trim())],
            },
            ct);
    }

    /// <summary>The act that the engine is asked; also by whoever tells beforehand what it would do.</summary>
    internal Outcome<Act> ActOf(CaseCourse course, Operation operation)
    {
        var facts = Facts.Empty;
        if (operation.Due is { } day)
        {
            if (day < clock.Today(course.Row.RegionId))
            {
                return new Refusal("due-past") { Field = "due" };
            }

            var due = BusinessDay.DueInstant(day);
            facts = course.Definition.HumanSteps.Select(s => s.DueInput).OfType<string>().Aggregate(Facts.Of(("due", due)), (all, input) => all.With(input, due));
        }

        switch (operation.Act)
        {
            case CaseOperations.Move:
                var set = Corrections(course, operation.Variables);
                return set.Refusal is { } unset ? unset : new Act.Move(operation.Target ?? "", set.Value.Count == 0 ? facts : facts.With(Act.Variables, set.Value));
            case CaseOperations.Cancel:
                return new Act.Cancel(Facts.Empty);
            case CaseOperations.Skip:
                var node = course.Tasks.FirstOrDefault(t => t.Visit == operation.Visit)?.Node ?? "";
                var answer = StepFacts.Of(course.Definition.DefinitionId, node, operation.Outcome ?? "", parameters.Calendar(course.Row.RegionId), clock.Today(course.Row.RegionId));
                facts = answer.Aggregate(facts, (all, fact) => all.ContainsKey(fact.Key) ? all : all.With(fact.Key, fact.Value));
                return new Act.Skip(operation.Visit, operation.Outcome is { Length: > 0 } outcome ? facts.With("outcome", outcome) : facts);
            case CaseOperations.Retry:
                var given = Corrections(course, operation.Variables);
                return given.Refusal is { } wrong ? wrong : new Act.Retry(given.Value.Count == 0 ? facts : facts.With(Act.Variables, given.Value));
            default:
                return new Refusal("operation-unknown");
        }
    }

    /// <summary>The variables of the case as JSON, as the page shows them for correction.</summary>
    internal static IReadOnlyList<(string Name, string Json)> VariablesOf(CaseCourse course) =>
        [.. course.Instance.Variables.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => (v.Key, JsonOf(v.Value)))];

    private static Outcome<Facts> Corrections(CaseCourse course, IReadOnlyDictionary<string, string>? given)
    {
        var known = VariablesOf(course).ToDictionary(v => v.Name, v => v.Json, StringComparer.Ordinal);
        var changed = Facts.Empty;
        foreach (var (name, json) in given ?? new Dictionary<string, string>())
        {
            if (known.TryGetValue(name, out var before) && before == json.Trim())
            {
                continue;
            }

            try
            {
                using var document = JsonDocument.Parse($$"""{"v":{{json}}}""");
                changed = changed.With(name, Facts.FromJson(document.RootElement)["v"]);
            }
            catch (JsonException)
            {
                return new Refusal("variable-json", name) { Field = $"var-{name}" };
            }
        }

        return changed;
    }

    private static string JsonOf(object? value)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Facts.Of(("v", value)).WriteTo(json);
        }

        var text = System.Text.Encoding.UTF8.GetString(stream.ToArray());
        return text[5..^1];
    }
}
