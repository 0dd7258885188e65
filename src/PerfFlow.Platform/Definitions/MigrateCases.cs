using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Definitions;

/// <summary>What somebody wants migrated.</summary>
/// <param name="To">Row of the version to go to.</param>
/// <param name="Renamed">Activity id in the old version → in the new one.</param>
/// <param name="Cases">Only these; null = all that can go.</param>
public sealed record MigrationRequest(int To, IReadOnlyDictionary<string, string>? Renamed, string? Reason, IReadOnlyList<long>? Cases)
{
    /// <summary>Activity ids in the old version of open steps that somebody else decides in the new one, and that are to be handed out anew.</summary>
    public IReadOnlyList<string>? Anew { get; init; }

    internal MigrationChoices Choices => new(Renamed ?? new Dictionary<string, string>(), (Anew ?? []).ToHashSet(StringComparer.Ordinal));
}

/// <summary>A case that did not go.</summary>
public sealed record RefusedCase(long CaseId, string Code);

/// <summary>How far a migration is.</summary>
public sealed record MigrationProgress(
    long Id, string DefinitionId, DefinitionHead To, string Person, string? Channel, string Reason, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, int Total, int Done, IReadOnlyList<RefusedCase> Refused)
{
    public int Open => Total - Done - Refused.Count;
}

/// <summary>
/// 迁移: takes running cases to another version of their definition, one act per case, each in the case's journal with the reason. What
/// was asked for is kept with the revision of each case as it was looked at, so a case that moved meanwhile is refused and listed, and
/// any node can go on where one was stopped; a case is never taken twice, because its command id follows from migration and case.
/// </summary>
public sealed partial class MigrateCases(
    IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, PlanMigration plan, WorkflowRunner runner, RegionClock clock, RegionJournal journal, TimeProvider time, MigrationSignal signal,
    ILogger<MigrateCases> logger)
{
    public const int MinReason = 10;
    private const int AtOnce = 128;

    /// <summary>How long a node's word counts that it is at work.</summary>
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(30);

    /// <summary>Notes what is to be done; a node begins at once. Refusals: those of <see cref="PlanMigration"/>, reason-too-short, migration-nothing.</summary>
    public async Task<Outcome<long>> StartAsync(Viewer viewer, string definitionId, MigrationRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(request);
        var choices = request.Choices;
        var planned = await plan.RunAsync(viewer, definitionId, request.To, choices, ct);
        if (planned.Refusal is { } refusal)
        {
            return refusal;
        }

        var reason = request.Reason?.Trim() ?? "";
        if (reason.Length < MinReason)
        {
            return new Refusal("reason-too-short", MinReason) { Field = "reason" };
        }

        var chosen = request.Cases?.ToHashSet();
        var ready = planned.Value.Cases.Where(c => c.WhyNot is null && chosen?.Contains(c.CaseId) != false).ToList();
        if (ready.Count == 0)
        {
            return Refusal.Conflict("migration-nothing");
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var actor = Actors.Of(viewer, Roles.Administrator);
        var migration = new DefinitionMigration
        {
            RegionId = viewer.RegionId, DefinitionId = definitionId, Definition = request.To, Renamed = JsonSerializer.Serialize(choices.Renamed), Anew = JsonSerializer.Serialize(choices.Anew.Order(StringComparer.Ordinal)),
            Reason = reason,
            StartedAt = clock.Now(viewer.RegionId), StartedBy = viewer.UserId, OrganisationId = actor.OrganisationId, Channel = viewer.Channel,
        };
        db.DefinitionMigrations.Add(migration);
        await db.SaveChangesAsync(ct);
        var (ids, from, revisions) = (ready.Select(c => c.CaseId).ToArray(), ready.Select(c => c.From).ToArray(), ready.Select(c => c.Revision).ToArray());
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into platform.migrated_cases (migration_id, case_id, from_definition, revision)
            select {migration.Id}, u.* from unnest({ids}, {from}, {revisions}) as u(case_id, from_definition, revision)
            """,
            ct);
        await journal.AppendAsync(
            db, viewer.RegionId, "MigrateCases", actor,
            Facts.Of(
                [
                    ("migration", migration.Id), ("definition", definitionId), ("to", (long)request.To), ("cases", (long)ready.Count),
                    ("reason", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reason)))), .. PublishDefinition.Door(viewer),
                ]),
            ct);
        await transaction.CommitAsync(ct);
        signal.Set();
        return migration.Id;
    }

    /// <summary>Refusals: right-operate-cases, not-found.</summary>
    public async Task<Outcome<MigrationProgress>> ProgressAsync(Viewer viewer, long id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.OperateCases) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.DefinitionMigrations.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id && m.RegionId == viewer.RegionId, ct) is not { } migration)
        {
            return Refusal.NotFound();
        }

        var counts = await db.MigratedCases.Where(c => c.MigrationId == id).GroupBy(c => c.Result == "").Select(g => new { Done = g.Key, Count = g.Count() }).ToListAsync(ct);
        var refused = await db.MigratedCases.AsNoTracking().Where(c => c.MigrationId == id && c.Result != null && c.Result != "").OrderBy(c => c.CaseId).Select(c => new RefusedCase(c.CaseId, c.Result!)).ToListAsync(ct);
        var person = await db.Users.Where(u => u.Id == migration.StartedBy).Select(u => u.Name).FirstOrDefaultAsync(ct) ?? "";
        var head = catalog.VersionsFor(viewer.RegionId).First(h => h.Row == migration.Definition);
        return new MigrationProgress(
            id, migration.DefinitionId, head, person, migration.Channel, migration.Reason, migration.StartedAt, migration.FinishedAt, counts.Sum(c => c.Count), counts.Where(c => c.Done).Sum(c => c.Count), refused);
    }

    /// <summary>The migrations of the region, the newest first. Refusals: right-operate-cases.</summary>
    public async Task<Outcome<IReadOnlyList<MigrationProgress>>> ListAsync(Viewer viewer, string definitionId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var ids = await db.DefinitionMigrations.Where(m => m.RegionId == viewer.RegionId && m.DefinitionId == definitionId).OrderByDescending(m => m.Id).Take(20).Select(m => m.Id).ToListAsync(ct);
        var list = new List<MigrationProgress>();
        foreach (var id in ids)
        {
            var one = await ProgressAsync(viewer, id, ct);
            if (one.Refusal is { } refusal)
            {
                return refusal;
            }

            list.Add(one.Value);
        }

        return list;
    }

    /// <summary>Goes on with every migration that no other node is at; returns how many cases were answered.</summary>
    /// <param name="told">Called after each part, with the migration and how many cases it has answered.</param>
    public async Task<int> WorkAsync(Action<long, int>? told, CancellationToken ct)
    {
        var answered = 0;
        while (await ClaimAsync(ct) is { } migration)
        {
            var of = 0;
            while (await PartAsync(migration, ct) is var part and > 0)
            {
                answered += part;
                told?.Invoke(migration.Id, of += part);
            }
        }

        return answered;
    }

    private async Task<DefinitionMigration?> ClaimAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var until = now + Claim;
        var claimed = await db.DefinitionMigrations.FromSql(
            $"""
            update platform.definition_migrations set claimed_until = {until}
            where id = (select id from platform.definition_migrations where finished_at is null and (claimed_until is null or claimed_until < {now}) order by id limit 1 for update skip locked)
            returning *
            """).AsNoTracking().ToListAsync(ct);
        return claimed.Count == 0 ? null : claimed[0];
    }

    /// <summary>The next cases; when there are none left the migration is finished. 0 = nothing more to do here.</summary>
    private async Task<int> PartAsync(DefinitionMigration migration, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var cases = await db.MigratedCases.AsNoTracking().Where(c => c.MigrationId == migration.Id && c.Result == null).OrderBy(c => c.CaseId).Take(AtOnce).ToListAsync(ct);
        if (cases.Count == 0)
        {
            var at = clock.Now(migration.RegionId);
            await db.DefinitionMigrations.Where(m => m.Id == migration.Id).ExecuteUpdateAsync(s => s.SetProperty(m => m.FinishedAt, at), ct);
            return 0;
        }

        if (catalog.WhyNot(migration.Definition) is { } damaged)
        {
            return await db.MigratedCases.Where(c => c.MigrationId == migration.Id && c.Result == null).ExecuteUpdateAsync(s => s.SetProperty(c => c.Result, damaged.Code), ct);
        }

        var to = catalog.Get(migration.Definition);
        var choices = new MigrationChoices(JsonSerializer.Deserialize<Dictionary<string, string>>(migration.Renamed)!, JsonSerializer.Deserialize<HashSet<string>>(migration.Anew)!);
        var answers = await Task.WhenAll(cases.Select(c => AnswerAsync(
            new CaseCommand
            {
                Id = CommandId.Of($"migration {migration.Id} {c.CaseId}"),
                CaseId = c.CaseId,
                Act = new Act.Migrate(to, MigrateFacts.Of(c.FromDefinition, migration.Definition, c.Revision, choices, migration.Channel)),
                Actor = new Actor(migration.StartedBy, Roles.Administrator, migration.OrganisationId),
                Rows = [ActReason.Of("Migrate", migration.Reason)],
            },
            ct)));
        var known = cases.Zip(answers).Where(pair => pair.Second.Refusal?.Kind != RefusalKind.Busy).ToList();
        if (known.Count == 0)
        {
            // The runner is full or stopping; another node, or this one later, goes on when the claim has run out.
            return 0;
        }

        var (ids, results) = (known.Select(k => k.First.CaseId).ToArray(), known.Select(k => k.Second.Refusal?.Code ?? "").ToArray());
        var until = time.GetUtcNow() + Claim;
        await db.Database.ExecuteSqlAsync(
            $"update platform.migrated_cases c set result = u.result from unnest({ids}, {results}) as u(case_id, result) where c.migration_id = {migration.Id} and c.case_id = any({ids}) and c.case_id = u.case_id", ct);
        await db.DefinitionMigrations.Where(m => m.Id == migration.Id).ExecuteUpdateAsync(s => s.SetProperty(m => m.ClaimedUntil, until), ct);
        return known.Count;
    }

    /// <summary>A case that cannot even be read is one of those that did not go; the others are not held up by it.</summary>
    private async Task<Outcome<CaseAnswer>> AnswerAsync(CaseCommand command, CancellationToken ct)
    {
        try
        {
            return await runner.RunAsync(command, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e, command.CaseId);
            return Refusal.Conflict("migrate-failed");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Case {CaseId} could not be migrated")]
    private partial void LogFailed(Exception e, long caseId);
}
