using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Results;

/// <summary>提出结果应用 from an ended case as evidence (domain.md §3.10): FIN_PERF, or the section of the case. One evidence may lead to several.</summary>
public sealed class ProposeResult(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, DefinitionCatalog catalog, OpenResult open)
{
    public static bool MayFollow(string definition) => definition is not (OpenResult.Definition or "notice");

    /// <summary>The new case; its proposal waits for the section or the performance section that asked for it.</summary>
    public async Task<Outcome<long>> RunAsync(Viewer viewer, long originId, Guid commandId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before)
        {
            return before.CaseId;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var origin = await db.Cases.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(c => c.Id == originId && c.ObjectId != 0, ct);
        if (origin is null)
        {
            return Refusal.NotFound();
        }

        if (viewer.May(Right.ProposeResult, origin) is { } refusal)
        {
            return refusal;
        }

        if (origin.Status != InstanceStatus.Finished || !MayFollow(catalog.IdOf(origin.Definition)))
        {
            return Refusal.Conflict("origin-not-ended");
        }

        return await open.RunAsync(origin, viewer.Has(Roles.Performance) ? Actors.Of(viewer, Roles.Performance) : new Actor(viewer.UserId, Roles.Section, origin.SectionId), commandId, ct);
    }
}

/// <summary>Starts a result-application whose origin is its evidence.</summary>
public sealed class OpenResult(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, RegionClock clock)
{
    public const string Definition = "result-application";

    /// <summary>The proposal that follows from a rectification that was not done: FIN_PERF writes it. Once per case, however often it is asked.</summary>
    public async Task<Outcome<long>> OfRectificationAsync(long caseId, CancellationToken ct)
    {
        var command = CommandId.Of($"result of {caseId}");
        if (await runner.RepeatedAsync(Actor.Platform.UserId, command, ct) is { } before)
        {
            return before.CaseId;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var opened = await RunAsync(await db.Cases.AsNoTracking().FirstAsync(c => c.Id == caseId, ct), Actor.Platform, command, ct);
        // Another was first between the question and the act: its case is the answer.
        return opened.Refusal is { Code: "command-reused" } && await runner.RepeatedAsync(Actor.Platform.UserId, command, ct) is { } first ? first.CaseId : opened;
    }

    internal async Task<Outcome<long>> RunAsync(CaseRow origin, Actor actor, Guid command, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var section = (await RecipientList.SectionsAsync(db, origin.RegionId, clock.Today(origin.RegionId), ct)).GetValueOrDefault(origin.DepartmentId, origin.SectionId);
        var answer = await runner.RunAsync(
            new CaseCommand
            {
                Id = command,
                CaseId = (await runner.NewCaseIdsAsync(1, ct))[0],
                Act = new Act.Start(Facts.Of(("proposer", actor.Role == Roles.Section ? Roles.Section : Roles.Performance))),
                Actor = actor,
                Seed = new CaseSeed
                {
                    DefinitionId = Definition,
                    RegionId = origin.RegionId,
                    OriginId = origin.Id,
                    UnitId = origin.UnitId,
                    DepartmentId = origin.DepartmentId,
                    SectionId = actor.Role == Roles.Section ? origin.SectionId : section,
                    ObjectId = origin.ObjectId,
                },
            },
            ct);
        return answer.Then<long>(a => a.CaseId);
    }
}
