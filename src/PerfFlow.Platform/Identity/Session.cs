using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PerfFlow.Platform.Identity;

/// <summary>A signed-in browser. The cookie carries the id; whether it still counts is decided by this row.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }

    public required long UserId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last request that a person made; polling does not count.</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Absolute limit.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>When the password was last typed; sensitive acts ask for it again.</summary>
    public DateTimeOffset ConfirmedAt { get; set; }

    public required string Address { get; init; }

    public required string Agent { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>A code of <c>SessionEnd</c>.</summary>
    public string? EndedWhy { get; set; }
}

/// <summary>Why a session ended; kept for the log, told to the user by <c>identity.ended.&lt;code&gt;</c>.</summary>
internal static class SessionEnd
{
    public const string SignedOut = "signed-out";
    public const string ByOwner = "by-owner";
    public const string ByAdministrator = "by-administrator";
    public const string PasswordChanged = "password-changed";
    public const string TooMany = "too-many";
    public const string Idle = "idle";
}

/// <summary>A token for programs that speak to the JSON API in a person's name. Only its hash is kept.</summary>
public sealed class ApiToken
{
    public long Id { get; private init; }

    public required long UserId { get; init; }

    public required string Name { get; init; }

    public required byte[] Hash { get; init; }

    public required string Hint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>A line of the security log. Append-only: the service's database role may insert and read.</summary>
public sealed class SecurityEvent
{
    public long Id { get; private init; }

    public required DateTimeOffset At { get; init; }

    public required string Kind { get; init; }

    public int? RegionId { get; init; }

    public long? UserId { get; init; }

    public long? ActorId { get; init; }

    public string? Account { get; init; }

    public string? Address { get; init; }

    public string? Detail { get; init; }
}

internal sealed class StoredKey
{
    public int Id { get; private init; }

    public required string FriendlyName { get; init; }

    public required string Xml { get; init; }
}

internal sealed class SessionMapping
    : IEntityTypeConfiguration<Session>, IEntityTypeConfiguration<ApiToken>, IEntityTypeConfiguration<SecurityEvent>, IEntityTypeConfiguration<StoredKey>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("sessions");
        builder.Property(s => s.Id).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.ToTable("api_tokens");
        builder.Property(t => t.Id).UseIdentityAlwaysColumn();
    }

    public void Configure(EntityTypeBuilder<SecurityEvent> builder)
    {
        builder.ToTable("security_events");
        builder.Property(e => e.Id).UseIdentityAlwaysColumn();
    }

    public void Configure(EntityTypeBuilder<StoredKey> builder)
    {
        builder.ToTable("data_protection_keys");
        builder.Property(k => k.Id).UseIdentityAlwaysColumn();
    }
}
