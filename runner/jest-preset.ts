/** `preset: 'fuzz-runner'`: adds `fuzz-runner/setup`, for projects that have no other preset. */
const preset = { setupFilesAfterEnv: [require.resolve('./setup')] };
export = preset;
