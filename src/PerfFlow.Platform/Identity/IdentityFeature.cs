using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Identity;

/// <summary>The doors of sign-in, sessions, accounts and keys.</summary>
internal static class IdentityFeature
{
    /// <param name="builder">Its configuration section Identity holds <see cref="IdentityLimits"/>.</param>
    /// <param name="keyFile">Where the master key lies when PERFFLOW_KEY is not set; an absolute path.</param>
    public static WebApplicationBuilder AddIdentityFeature(this WebApplicationBuilder builder, string keyFile)
    {
        var services = builder.Services;
        services.AddOptions<IdentityLimits>().Bind(builder.Configuration.GetSection(IdentityLimits.Section)).ValidateDataAnnotations().ValidateOnStart();

        services.AddSingleton(_ => MasterKey.Load(Environment.GetEnvironmentVariable(MasterKey.Variable), keyFile));
        services.AddSingleton(provider => new KeyRows(provider.GetRequiredKeyedService<NpgsqlDataSource>(PlatformDb.Schema), PlatformDb.Schema));
        services.AddDataProtection().SetApplicationName("PerfFlow");
        services.AddOptions<KeyManagementOptions>().Configure<KeyRows, MasterKey>((options, rows, key) =>
        {
            options.XmlRepository = rows;
            options.XmlEncryptor = new KeySealer(key, typeof(KeyOpener));
        });

        services.AddIdentityCore<User>(options =>
        {
            // Passwords are judged by PasswordRules, which knows the account's past and the profile in force.
            options.Password.RequireDigit = false;
            options.Password.RequireLowercase = false;
            options.Password.RequireUppercase = false;
            options.Password.RequireNonAlphanumeric = false;
            options.Password.RequiredLength = 1;
        }).AddUserStore<AccountStore>();
        services.AddOptions<PasswordHasherOptions>().Configure<IOptions<IdentityLimits>>((options, limits) => options.IterationCount = limits.Value.HashRounds);

        services.AddSingleton<SecurityLog>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<SessionBook>();
        services.AddSingleton<DeviceCookie>();
        services.AddScoped<PasswordRules>();
        services.AddScoped<SecondFactor>();
        services.AddScoped<ApiTokens>();
        services.AddScoped<SignIn>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<ConfirmPassword>();
        services.AddScoped<CreateAccount>();
        services.AddScoped<ManageAccount>();
        AddSchemes(services);
        return builder;
    }

    /// <summary>Call after static files and before the endpoints.</summary>
    public static WebApplication UseIdentity(this WebApplication app)
    {
        app.UseAuthentication();
        app.Use((http, next) => IdentityGate.InvokeAsync(http, next));
        app.UseAuthorization();
        return app;
    }

    private static void AddSchemes(IServiceCollection services)
    {
        services.AddAuthentication(SignedInRequests.Either)
            .AddPolicyScheme(SignedInRequests.Either, null, o => o.ForwardDefaultSelector = http =>
                TokenHandler.Carries(http) ? SignedInRequests.Token : SignedInRequests.Cookie)
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(SignedInRequests.Token, null)
            .AddCookie(SignedInRequests.Cookie, options =>
            {
                options.Cookie.Name = SignedInRequests.Cookie;
                options.Cookie.HttpOnly = true;
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                options.SlidingExpiration = false;
                options.ExpireTimeSpan = TimeSpan.FromDays(1);
                options.Events.OnValidatePrincipal = SignedInRequests.ValidateAsync;
                options.Events.OnRedirectToLogin = SignedInRequests.ChallengeAsync;
                options.Events.OnRedirectToAccessDenied = context =>
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                };
            });

        // Fail closed: an endpoint that says nothing is for people who signed in.
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }
}
