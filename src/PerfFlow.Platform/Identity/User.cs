using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PerfFlow.Platform.Identity;

/// <summary>An account of one region. What its owner may do follows from memberships alone, never from the account.</summary>
public sealed class User : IdentityUser<long>
{
    public required int RegionId { get; init; }

    /// <summary>The person's name as pages and trails show it.</summary>
    public required string Name { get; set; }

    /// <summary>Of messages and pages; zh-CN or en.</summary>
    public string Language { get; set; } = "zh-CN";

    /// <summary>The password was given by somebody else and lets its owner do nothing but choose their own.</summary>
    public bool MustChangePassword { get; set; }

    public DateTimeOffset PasswordChangedAt { get; set; }

    /// <summary>A start password works once and until then (ASVS 6.4.1).</summary>
    public DateTimeOffset? StartPasswordEndsAt { get; set; }

    /// <summary>Protected; set from the moment of enrolment, used once <see cref="IdentityUser{TKey}.TwoFactorEnabled"/>.</summary>
    public byte[]? TotpSecret { get; set; }

    /// <summary>Time step of the last code taken: a code works once (ASVS 6.5.1).</summary>
    public long TotpLastStep { get; set; }

    /// <summary>Refused from beyond loopback.</summary>
    public required bool Demo { get; init; }

    /// <summary>Cannot sign in; its sessions are ended.</summary>
    public bool Disabled { get; set; }

    /// <summary>Of a closed demo generation: its name is free again, its acts keep their author.</summary>
    public bool Retired { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastSignInAt { get; set; }
}

internal sealed class PastPassword
{
    public required long UserId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Hash { get; init; }
}

internal sealed class RecoveryCode
{
    public required long UserId { get; init; }

    public required byte[] Hash { get; init; }

    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class UserMapping
    : IEntityTypeConfiguration<User>, IEntityTypeConfiguration<PastPassword>, IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users");
            builder.Property(u => u.UserName).IsRequired();
            builder.Property(u => u.NormalizedUserName).IsRequired();
        builder.HasKey(u => u.Id);
        builder.Property(u => u.Id).UseIdentityAlwaysColumn();
        builder.Property(u => u.ConcurrencyStamp).IsConcurrencyToken();

        // The framework's lockout locks an account for everybody; failures are counted per pair instead (design.md §9).
        builder.Ignore(u => u.LockoutEnabled).Ignore(u => u.LockoutEnd).Ignore(u => u.AccessFailedCount);
        builder.Ignore(u => u.NormalizedEmail).Ignore(u => u.EmailConfirmed).Ignore(u => u.PhoneNumberConfirmed);
    }

    public void Configure(EntityTypeBuilder<PastPassword> builder)
    {
        builder.ToTable("password_history");
        builder.HasKey(p => new { p.UserId, p.At });
    }

    public void Configure(EntityTypeBuilder<RecoveryCode> builder)
    {
        builder.ToTable("recovery_codes");
        builder.HasKey(c => new { c.UserId, c.Hash });
    }
}
