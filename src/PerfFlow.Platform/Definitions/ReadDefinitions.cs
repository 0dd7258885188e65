using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Definitions;

/// <summary>A definition in the list.</summary>
/// <param name="Name">As its file calls it.</param>
/// <param name="IsPart">Nothing opens it: it only runs inside others.</param>
/// <param name="Current">What new cases take.</param>
/// <param name="NewerShipped">A shipped version that came after the one in use and waits for somebody's decision; null = none.</param>
/// <param name="Versions">How many the region can use.</param>
/// <param name="Open">Open cases on the version in use …</param>
/// <param name="OpenElsewhere">… and on others.</param>
public sealed record DefinitionLine(string DefinitionId, string Name, bool IsPart, DefinitionHead Current, DefinitionHead? NewerShipped, int Versions, int Open, int OpenElsewhere, DateTimeOffset? PublishedAt, string? PublishedBy);

/// <summary>A version of a definition.</summary>
/// <param name="Sha256">Of the file, in hexadecimal.</param>
/// <param name="Current">New cases take it.</param>
/// <param name="Open">Cases of the region that are open on it.</param>
/// <param name="Cases">All its cases of the region.</param>
/// <param name="WhyNot">It is damaged: nothing runs on it.</param>
/// <param name="Parts">The versions of other definitions that it runs inside itself.</param>
public sealed record VersionLine(DefinitionHead Head, string Sha256, int Bytes, DateTimeOffset At, bool Current, int Open, int Cases, Refusal? WhyNot, IReadOnlyList<DefinitionHead> Parts);

/// <summary>A publication of the region.</summary>
/// <param name="Channel">The door, where nobody signed in.</param>
public sealed record PublicationLine(DefinitionHead Head, DateTimeOffset At, string Person, string Reason, string? Channel);

/// <summary>One definition with its versions, the newest first, and who published what.</summary>
/// <param name="Name">As its file calls it.</param>
/// <param name="IsPart">Nothing opens it: it only runs inside others.</param>
/// <param name="UsedBy">The versions of other definitions that run one of its versions inside themselves.</param>
public sealed record DefinitionView(
    string DefinitionId, string Name, bool IsPart, IReadOnlyList<VersionLine> Versions, IReadOnlyList<PublicationLine> Publications, IReadOnlyList<DefinitionHead> UsedBy);

/// <summary>Two versions side by side.</summary>
public sealed record VersionComparison(DefinitionHead From, DefinitionHead To, WorkflowDefinition Before, WorkflowDefinition After, IReadOnlyList<DefinitionChange> Changes);

/// <summary>Reads the definitions of the viewer's region. Every refusal but not-found and definition-unusable is right-publish-definitions.</summary>
public sealed class ReadDefinitions(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, DefinitionContract contract)
{
    public async Task<Outcome<IReadOnlyList<DefinitionLine>>> ListAsync(Viewer viewer, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.PublishDefinitions) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var open = await CountsAsync(db, viewer, ct);
        var publications = await PublicationsAsync(db, viewer, null, ct);
        var lines = new List<DefinitionLine>();
        foreach (var versions in catalog.VersionsFor(viewer.RegionId).GroupBy(h => h.DefinitionId, StringComparer.Ordinal))
        {
            var current = versions.Single(h => h.Row == catalog.Newest(viewer.RegionId, versions.Key));
            var last = publications.FirstOrDefault(p => p.Head.DefinitionId == versions.Key);
            var shipped = versions.Where(h => h.RegionId is null).MaxBy(h => h.Version);
            var rows = versions.Select(h => h.Row).ToHashSet();
            lines.Add(new DefinitionLine(
                versions.Key, NameOf(current), contract.IsPart(versions.Key), current, shipped is not null && shipped.Row > current.Row ? shipped : null, versions.Count(), open.GetValueOrDefault(current.Row).Open,
                open.Where(o => rows.Contains(o.Key) && o.Key != current.Row).Sum(o => o.Value.Open), last?.At, last?.Person));
        }

        return lines;
    }

    public async Task<Outcome<DefinitionView>> OneAsync(Viewer viewer, string definitionId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.PublishDefinitions) is { } refusal)
        {
            return refusal;
        }

        var heads = catalog.VersionsFor(viewer.RegionId).Where(h => h.DefinitionId == definitionId).ToDictionary(h => h.Row);
        if (heads.Count == 0)
        {
            return Refusal.NotFound();
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var counts = await CountsAsync(db, viewer, ct);
        var current = catalog.Newest(viewer.RegionId, definitionId);
        var ids = heads.Keys.ToArray();
        var rows = await db.Definitions.AsNoTracking().Where(d => ids.Contains(d.Id)).OrderByDescending(d => d.Id).Select(d => new { d.Id, d.SourceHash, d.PublishedAt, Bytes = d.Source.Length }).ToListAsync(ct);
        return new DefinitionView(
            definitionId,
            NameOf(heads[current]),
            contract.IsPart(definitionId),
            [.. rows.Select(r => new VersionLine(
                heads[r.Id], Convert.ToHexStringLower(r.SourceHash), r.Bytes, r.PublishedAt, r.Id == current, counts.GetValueOrDefault(r.Id).Open, counts.GetValueOrDefault(r.Id).All, catalog.WhyNot(r.Id), catalog.PartsOf(r.Id)))],
            await PublicationsAsync(db, viewer, definitionId, ct),
            [.. catalog.VersionsFor(viewer.RegionId).Where(h => catalog.PartsOf(h.Row).Any(p => p.DefinitionId == definitionId))]);
    }

    private string NameOf(DefinitionHead head) => catalog.WhyNot(head.Row) is null ? catalog.Get(head.Row).Name : head.DefinitionId;

    /// <summary>The file of a version, byte for byte as it was imported, of a damaged one, too: it is evidence.</summary>
    public async Task<Outcome<(DefinitionHead Head, byte[] Source)>> SourceAsync(Viewer viewer, string definitionId, int row, CancellationToken ct)
    {
        var head = Find(viewer, definitionId, row);
        if (head.Refusal is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return (head.Value, await db.Definitions.Where(d => d.Id == row).Select(d => d.Source).FirstAsync(ct));
    }

    /// <summary>What differs between two versions; of a version with itself, nothing.</summary>
    public Outcome<VersionComparison> Compare(Viewer viewer, string definitionId, int from, int to)
    {
        var (before, after) = (Find(viewer, definitionId, from), Find(viewer, definitionId, to));
        if ((before.Refusal ?? after.Refusal ?? catalog.WhyNot(from) ?? catalog.WhyNot(to)) is { } refusal)
        {
            return refusal;
        }

        var (earlier, later) = (catalog.Get(from), catalog.Get(to));
        return new VersionComparison(before.Value, after.Value, earlier, later, DefinitionComparison.Compare(earlier, later));
    }

    private Outcome<DefinitionHead> Find(Viewer viewer, string definitionId, int row)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        return viewer.May(Right.PublishDefinitions) is { } refusal ? refusal
            : catalog.VersionsFor(viewer.RegionId).FirstOrDefault(h => h.Row == row && h.DefinitionId == definitionId) is { } head ? head
            : Refusal.NotFound();
    }

    private static async Task<Dictionary<int, (int Open, int All)>> CountsAsync(PlatformDb db, Viewer viewer, CancellationToken ct)
    {
        var counts = await db.Cases.Where(c => c.RegionId == viewer.RegionId).GroupBy(c => c.Definition)
            .Select(g => new { Row = g.Key, All = g.Count(), Open = g.Count(c => c.Status == InstanceStatus.Running || c.Status == InstanceStatus.Faulted) }).ToListAsync(ct);
        return counts.ToDictionary(c => c.Row, c => (c.Open, c.All));
    }

    private async Task<IReadOnlyList<PublicationLine>> PublicationsAsync(PlatformDb db, Viewer viewer, string? definitionId, CancellationToken ct)
    {
        var heads = catalog.VersionsFor(viewer.RegionId).ToDictionary(h => h.Row);
        var rows = await db.Publications.AsNoTracking().Where(p => p.RegionId == viewer.RegionId && (definitionId == null || p.DefinitionId == definitionId))
            .OrderByDescending(p => p.Id).Select(p => new { p.Definition, p.PublishedAt, p.Reason, p.Channel, Person = db.Users.Where(u => u.Id == p.PublishedBy).Select(u => u.Name).FirstOrDefault() }).ToListAsync(ct);
        return [.. rows.Select(p => new PublicationLine(heads[p.Definition], p.PublishedAt, p.Person ?? "", p.Reason, p.Channel))];
    }
}
