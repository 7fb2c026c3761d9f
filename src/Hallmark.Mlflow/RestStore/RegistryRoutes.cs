using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>The model registry over REST.</summary>
internal sealed partial class RegistryRoutes(MlflowHttp http)
{
    private const string Models = "api/2.0/mlflow/registered-models/";
    private const string Versions = "api/2.0/mlflow/model-versions/";

    // Searches leave prompts out unless their filter asks for this tag.
    private const string ArePrompts = $"tags.`{Prompts.Tag}` = 'true'";

    public async Task<IReadOnlyList<RegisteredModel>> ListRegisteredModelsAsync(bool prompts, CancellationToken cancellationToken)
    {
        var models = new List<RegisteredModel>();
        await foreach (var page in Paging.WalkAsync(ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            models.AddRange(page.Objects("registered_models").Select(StoreJson.RegisteredModel));
        }

        // A server of before 2.21 knows no prompts and takes the filter for one on any tag.
        return
        [
            .. models
                .Where(m => Prompts.AreTagsOf(m.Tags) == prompts)
                .DistinctBy(static m => m.Name, StringComparer.Ordinal)
                .OrderBy(static m => m.Name, StringComparer.Ordinal),
        ];

        async Task<JsonElement?> ReadAsync(string? token, CancellationToken ct)
        {
            var request = MlflowRequest.Get(Models + "search").Query("max_results", 100);
            if (prompts)
            {
                request.Query("filter", ArePrompts);
            }

            return (await http.SendAsync(token is null ? request : request.Query("page_token", token), ct).ConfigureAwait(false)).Require();
        }
    }

    public async Task<RegisteredModel?> FindRegisteredModelAsync(string name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        var answer = await http.SendAsync(MlflowRequest.Get(Models + "get").Query("name", name), cancellationToken).ConfigureAwait(false);
        return answer.IsNotFound ? null : StoreJson.RegisteredModel(answer.Require().Child("registered_model"));
    }

    public async Task<ModelVersion?> FindModelVersionAsync(string name, string version, CancellationToken cancellationToken)
    {
        var number = MlflowNames.Version(version);
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        var answer = await http.SendAsync(
                MlflowRequest.Get(Versions + "get").Query("name", name).Query("version", number),
                cancellationToken
            )
            .ConfigureAwait(false);
        return answer.IsNotFound ? null : StoreJson.ModelVersion(answer.Require().Child("model_version"));
    }

    public async Task<IReadOnlyList<ModelVersion>> ListModelVersionsAsync(string name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(name))
        {
            return [];
        }

        var found = await SearchVersionsAsync(Filter("name", name), cancellationToken).ConfigureAwait(false);
        return await WithAliasesAsync(found.Where(v => v.Name == name), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ModelVersion>> ListPromptVersionsAsync(string name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(name))
        {
            return [];
        }

        var filter = Filter("name", name) is { } named ? $"{named} AND {ArePrompts}" : ArePrompts;
        var found = await SearchVersionsAsync(filter, cancellationToken).ConfigureAwait(false);
        return await WithAliasesAsync(found.Where(v => v.Name == name && Prompts.AreTagsOf(v.Tags)), cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ModelVersion>> ListModelVersionsOfRunAsync(string runId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(runId))
        {
            return [];
        }

        var found = await SearchVersionsAsync(Filter("run_id", runId), cancellationToken).ConfigureAwait(false);
        return await WithAliasesAsync(found.Where(v => v.RunId == runId), cancellationToken).ConfigureAwait(false);
    }

    public Task SetRegisteredModelTagAsync(string name, string key, string value, CancellationToken cancellationToken)
    {
        MlflowNames.TagValue(MlflowNames.Key(key), value, MlflowNames.MaxModelTagLength);
        return SetAsync(Models + "set-tag", [("name", name), ("key", key), ("value", value)], cancellationToken);
    }

    public Task SetModelVersionTagAsync(string name, string version, string key, string value, CancellationToken cancellationToken)
    {
        MlflowNames.TagValue(MlflowNames.Key(key), value, MlflowNames.MaxModelTagLength);
        MlflowNames.Version(version);
        return SetAsync(Versions + "set-tag", [("name", name), ("version", version), ("key", key), ("value", value)], cancellationToken);
    }

    public async Task<RegisteredModel> CreateRegisteredModelAsync(string name, CancellationToken cancellationToken)
    {
        var created = await WriteAsync(
                HttpMethod.Post,
                Models + "create",
                isRepeatable: false,
                json => json.WriteString("name", MlflowRequest.Sendable(name)),
                cancellationToken
            )
            .ConfigureAwait(false);
        return StoreJson.RegisteredModel(created.Child("registered_model"));
    }

    public async Task<ModelVersion> CreateModelVersionAsync(string name, string source, string? runId, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(
                MlflowRequest.WithJson(
                    HttpMethod.Post,
                    Versions + "create",
                    isRepeatable: false,
                    json =>
                    {
                        json.WriteString("name", MlflowRequest.Sendable(name));
                        json.WriteString("source", MlflowRequest.Sendable(source));
                        if (!string.IsNullOrEmpty(runId))
                        {
                            json.WriteString("run_id", MlflowRequest.Sendable(runId));
                        }

                        if (LoggedModelUri().Match(source) is { Success: true } logged)
                        {
                            // As MLflow's own client does: the server then links the logged model to its version.
                            json.WriteString("model_id", logged.Groups["id"].Value);
                        }
                    }
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (
            answer is { Status: HttpStatusCode.BadRequest, IsRefusal: true }
            && await FindRegisteredModelAsync(name, cancellationToken).ConfigureAwait(false) is null
        )
        {
            // The server looks at the source first and at the model after that.
            throw new MlflowNotFoundException($"there is no registered model '{Printable.Text(name)}' on the MLflow server");
        }

        return StoreJson.ModelVersion(answer.Require().Child("model_version"));
    }

    public async Task<ModelVersion> TransitionStageAsync(
        string name,
        string version,
        string stage,
        bool archiveExisting,
        CancellationToken cancellationToken
    )
    {
        MlflowNames.Version(version);
        var moved = await WriteAsync(
                HttpMethod.Post,
                Versions + "transition-stage",
                isRepeatable: true,
                json =>
                {
                    json.WriteString("name", MlflowRequest.Sendable(name));
                    json.WriteString("version", MlflowRequest.Sendable(version));
                    json.WriteString("stage", MlflowRequest.Sendable(stage));
                    json.WriteBoolean("archive_existing_versions", archiveExisting);
                },
                cancellationToken
            )
            .ConfigureAwait(false);

        // The answer leaves the aliases out.
        return await FindModelVersionAsync(name, version, cancellationToken).ConfigureAwait(false)
            ?? StoreJson.ModelVersion(moved.Child("model_version"));
    }

    public Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken)
    {
        MlflowNames.Alias(alias);
        MlflowNames.Version(version);
        return SetAsync(Models + "alias", [("name", name), ("alias", alias), ("version", version)], cancellationToken);
    }

    public async Task DeleteAliasAsync(string name, string alias, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(
                MlflowRequest.WithJson(
                    HttpMethod.Delete,
                    Models + "alias",
                    isRepeatable: true,
                    json =>
                    {
                        json.WriteString("name", MlflowRequest.Sendable(name));
                        json.WriteString("alias", MlflowRequest.Sendable(alias));
                    }
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (
            answer is { ErrorCode: "INVALID_PARAMETER_VALUE" }
            && answer.Message.StartsWith("Registered model alias", StringComparison.Ordinal)
        )
        {
            return; // there is none
        }

        answer.Require();
    }

    /// <summary>Text in MLflow's filter grammar; null where it cannot be written there, so that everything has to be looked through.</summary>
    private static string? Filter(string attribute, string value)
    {
        foreach (var quote in "'\"")
        {
            if (!value.AsSpan().ContainsAny(quote, '\\', '\n') && !value.Contains('`', StringComparison.Ordinal))
            {
                return $"{attribute}={quote}{value}{quote}";
            }
        }

        return null;
    }

    private async Task<List<ModelVersion>> SearchVersionsAsync(string? filter, CancellationToken cancellationToken)
    {
        var versions = new List<ModelVersion>();
        await foreach (var page in Paging.WalkAsync(ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            versions.AddRange(page.Objects("model_versions").Select(StoreJson.ModelVersion));
        }

        // What is touched while the pages are read moves to the first one, and the last of each page to the next.
        return [.. versions.DistinctBy(static v => (v.Name, v.Version))];

        async Task<JsonElement?> ReadAsync(string? token, CancellationToken ct)
        {
            var request = MlflowRequest.Get(Versions + "search").Query("max_results", 1000);
            if (filter is not null)
            {
                request.Query("filter", filter);
            }

            return (await http.SendAsync(token is null ? request : request.Query("page_token", token), ct).ConfigureAwait(false)).Require();
        }
    }

    /// <summary>Search leaves the aliases out: they are the registered model's.</summary>
    private async Task<IReadOnlyList<ModelVersion>> WithAliasesAsync(
        IEnumerable<ModelVersion> versions,
        CancellationToken cancellationToken
    )
    {
        var result = new List<ModelVersion>();
        foreach (
            var ofOneName in versions.GroupBy(static v => v.Name, StringComparer.Ordinal).OrderBy(static g => g.Key, StringComparer.Ordinal)
        )
        {
            var model = await FindRegisteredModelAsync(ofOneName.Key, cancellationToken).ConfigureAwait(false);
            result.AddRange(
                ofOneName
                    .OrderBy(static v => v.Version.Length)
                    .ThenBy(static v => v.Version, StringComparer.Ordinal)
                    .Select(version =>
                        version with
                        {
                            Aliases =
                            [
                                .. (model?.Aliases ?? Nothing)
                                    .Where(a => a.Value == version.Version)
                                    .Select(static a => a.Key)
                                    .Order(StringComparer.Ordinal),
                            ],
                        }
                    )
            );
        }

        return result;
    }

    /// <summary>Sets something that may be set again with the same effect.</summary>
    private async Task SetAsync(string path, (string Name, string Value)[] members, CancellationToken cancellationToken) =>
        await WriteAsync(
                HttpMethod.Post,
                path,
                isRepeatable: true,
                json => Array.ForEach(members, member => json.WriteString(member.Name, MlflowRequest.Sendable(member.Value))),
                cancellationToken
            )
            .ConfigureAwait(false);

    private async Task<JsonElement> WriteAsync(
        HttpMethod method,
        string path,
        bool isRepeatable,
        Action<Utf8JsonWriter> write,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync(MlflowRequest.WithJson(method, path, isRepeatable, write), cancellationToken).ConfigureAwait(false)
        ).Require();

    private static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [GeneratedRegex("^models:/(?<id>m-[0-9a-f]{32})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LoggedModelUri();
}
