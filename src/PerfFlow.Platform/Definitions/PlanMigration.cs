using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Definitions;

/// <summary>A case that could go, or why not.</summary>
/// <param name="From">The row that it runs on.</param>
/// <param name="Steps">What it has open or failed, with where that goes.</param>
/// <param name="WhyNot">Null = it can go.</param>
public sealed record PlannedCase(long CaseId, int From, int Revision, string Unit, IReadOnlyList<MigrationStep> Steps, Refusal? WhyNot);

/// <summary>An activity that is open in some cases, and where it goes.</summary>
/// <param name="Cases">How many have it open.</param>
/// <param name="To">Its place in the new version; null = none yet.</param>
/// <param name="Why">Why it has none.</param>
public sealed record OpenActivity(string ActivityId, string Name, string Kind, int Cases, string? To, Refusal? Why)
{
    /// <summary>It is handed out anew.</summary>
    public bool Anew { get; init; }

    /// <summary>Who decides it in the new version, where it could be or is handed out anew.</summary>
    public string? Role { get; init; }
}

/// <summary>What a migration would do, before anything is done.</summary>
public sealed record MigrationPlan
{
    public required string DefinitionId { get; init; }

    public required DefinitionHead To { get; init; }

    /// <summary>Every open case of the region on another version, by id.</summary>
    public required IReadOnlyList<PlannedCase> Cases { get; init; }

    /// <summary>What is open in them, by activity.</summary>
    public required IReadOnlyList<OpenActivity> Open { get; init; }

    /// <summary>The human steps of the new version, for a mapping that somebody gives.</summary>
    public required IReadOnlyList<HumanStep> Targets { get; init; }

    public required MigrationChoices Choices { get; init; }

    public int Ready => Cases.Count(c => c.WhyNot is null);

    /// <summary>Of those that can go, how many have a task that is taken back and handed out anew.</summary>
    public int HandedOut => Cases.Count(c => c.WhyNot is null && c.Steps.Any(s => s.Anew));
}

/// <summary>Tells what taking the running cases of a definition to another version would do: it asks the engine, case by case, and keeps nothing.</summary>
public sealed class PlanMigration(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, RegionClock clock)
{
    private sealed record Found(long Id, int Definition, int Revision, byte[] State, string Unit);

    /// <summary>Refusals: right-operate-cases, not-found, definition-unusable.</summary>
    /// <param name="definitionId">The definition whose cases are meant.</param>
    /// <param name="to">Row of the version to go to.</param>
    /// <param name="choices">What the operator chose.</param>
    public async Task<Outcome<MigrationPlan>> RunAsync(Viewer viewer, string definitionId, int to, MigrationChoices choices, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.OperateCases) is { } refusal)
        {
            return refusal;
        }

        if (catalog.VersionsFor(viewer.RegionId).FirstOrDefault(h => h.Row == to && h.DefinitionId == definitionId) is not { } head)
        {
            return Refusal.NotFound();
        }

        if (catalog.WhyNot(to) is { } damaged)
        {
            return damaged;
        }

        var target = catalog.Get(to);
        var rows = catalog.RowsOf(definitionId).Where(row => row != to).ToArray();
        await using var db = await databases.CreateDbContextAsync(ct);
        var cases = await db.Database.SqlQuery<Found>(
            $"""
            select c.id as "Id", c.definition as "Definition", c.revision as "Revision", c.state as "State", coalesce(o.name, '') as "Unit"
            from platform.cases c left join platform.organisations o on o.id = c.unit_id
            where c.region_id = {viewer.RegionId} and c.definition = any({rows}) and c.status in (0, 5) order by c.id
            """).ToListAsync(ct);
        var now = clock.Now(viewer.RegionId);
        var planned = cases.ConvertAll(found => Plan(found, to, target, choices, now));
        return new MigrationPlan
        {
            DefinitionId = definitionId,
            To = head,
            Cases = planned,
            Open = [.. planned.SelectMany(c => c.Steps).GroupBy(s => s.ActivityId, StringComparer.Ordinal).Select(Summed).OrderBy(a => a.To is not null).ThenByDescending(a => a.Cases)],
            Targets = target.HumanSteps,
            Choices = choices,
        };
    }

    private PlannedCase Plan(Found found, int to, WorkflowDefinition target, MigrationChoices choices, DateTimeOffset now)
    {
        if (catalog.WhyNot(found.Definition) is { } damaged)
        {
            return new PlannedCase(found.Id, found.Definition, found.Revision, found.Unit, [], damaged);
        }

        var instance = InstanceCodec.Read(catalog.Get(found.Definition), found.State);
        var steps = Migration.Plan(instance, target, choices);
        var why = steps.FirstOrDefault(s => s.RefusalCode is not null) is { } blocked ? Why(blocked) : null;
        if (why is null && steps.Any(s => s.Anew)
            && WorkflowEngine.Decide(instance.Definition, instance, new Act.Migrate(target, MigrateFacts.Of(found.Definition, to, instance.Revision, choices)), now) is Decision.Refused refused)
        {
            // A step that is opened anew may want what nobody gives it.
            why = Refusal.Conflict(refused.Code);
        }

        return new PlannedCase(found.Id, found.Definition, found.Revision, found.Unit, steps, why);
    }

    private static OpenActivity Summed(IGrouping<string, MigrationStep> steps)
    {
        var first = steps.FirstOrDefault(s => s.RefusalCode is not null) ?? steps.First();
        return new OpenActivity(first.ActivityId, first.Name, first.Kind, steps.Count(), first.To, first.RefusalCode is null ? null : Why(first)) { Anew = first.Anew, Role = first.RefusalCode == RefusalCodes.MigrateRole || first.Anew ? first.Now : null };
    }

    private static Refusal Why(MigrationStep step) => Refusal.Conflict(step.RefusalCode!, step.Name, Named(step, step.Was), Named(step, step.Now));

    /// <summary>Kinds and roles have words, a form is called by its id.</summary>
    private static object? Named(MigrationStep step, string? value) => (step.RefusalCode, value) switch
    {
        (_, null) => "",
        (RefusalCodes.MigrateKind, _) => new TextKey($"versions.step-kind.{value}"),
        (RefusalCodes.MigrateForm, _) => value,
        _ => new TextKey($"role.{value}"),
    };
}
