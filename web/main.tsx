import { render } from 'preact';
import { App } from './app';
import { connect } from './state/connection';

render(<App />, document.getElementById('app')!);
connect();
