using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Identity;

namespace PerfFlow.Platform.Data;

public sealed partial class PlatformDb
{
    public DbSet<User> Users => Set<User>();

    internal DbSet<PastPassword> PastPasswords => Set<PastPassword>();

    internal DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    internal DbSet<Session> Sessions => Set<Session>();

    internal DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    internal DbSet<SecurityEvent> SecurityEvents => Set<SecurityEvent>();

    internal DbSet<StoredKey> DataProtectionKeys => Set<StoredKey>();
}
