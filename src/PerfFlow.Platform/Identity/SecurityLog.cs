using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Identity;

/// <summary>Writes the security log: sign-ins, denials, changes of accounts and rights, looks at others' items (V8).</summary>
public sealed class SecurityLog(IDbContextFactory<PlatformDb> databases, TimeProvider time)
{
    /// <summary>One line, in a transaction of its own: a denial is kept although the act came to nothing.</summary>
    internal async Task WriteAsync(SecurityNote note, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        db.SecurityEvents.Add(note.At(time.GetUtcNow()));
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Somebody of the bureau or a department looked at, or took out, what another unit filed (V8).</summary>
    /// <param name="door">detail, export, file.</param>
    /// <param name="what">For people who read the log: case 4711, project 331121….</param>
    public Task ViewedAsync(Viewer viewer, string door, string what, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        return WriteAsync(new SecurityNote("viewed") { RegionId = viewer.RegionId, ActorId = viewer.UserId, Detail = $"{door}: {what}" }, ct);
    }

    /// <summary>The same for a thing of a unit, unless it is the viewer's own unit that filed it.</summary>
    /// <param name="viewer">Who looked.</param>
    /// <param name="thing">What was looked at.</param>
    /// <param name="door">detail, export, file.</param>
    /// <param name="what">For people who read the log.</param>
    /// <param name="ct">Stops the waiting.</param>
    public Task ViewedAsync(Viewer viewer, IScoped thing, string door, string what, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(thing);
        return viewer.Posts.Any(p => p.OrganisationId == thing.UnitId) ? Task.CompletedTask : ViewedAsync(viewer, door, what, ct);
    }

    /// <summary>An act was refused for want of a right (ASVS 16.3.2).</summary>
    public Task DeniedAsync(Viewer viewer, string what, string? address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        return WriteAsync(new SecurityNote("denied") { RegionId = viewer.RegionId, ActorId = viewer.UserId, Address = address, Detail = what }, ct);
    }
}

/// <summary>What a line of the security log says, before it has its time. The sentence of its kind is the text <c>security.&lt;kind&gt;</c>.</summary>
internal sealed record SecurityNote(string Kind)
{
    public int? RegionId { get; init; }

    public long? UserId { get; init; }

    public long? ActorId { get; init; }

    public string? Account { get; init; }

    public string? Address { get; init; }

    public string? Detail { get; init; }

    public SecurityEvent At(DateTimeOffset at) => new()
    {
        At = at,
        Kind = Kind,
        RegionId = RegionId,
        UserId = UserId,
        ActorId = ActorId,
        Account = Account,
        Address = Address,
        Detail = Detail,
    };
}
